"""`regain score` from outside: lines in and out, exit codes, start-up time, and no Django."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from regain.cli.score import main


def _run(tmp_path, capsys, lines, *options):
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines))
    code = main([str(path), *options])
    return code, capsys.readouterr().out


def test_one_answer_a_line_in_order_and_a_bad_line_spoils_no_other(tmp_path, capsys):
    lines = ['{"id":"a","measure":"nprs","inputs":{"value":3}}', "{not json", '{"measure":"nprs","inputs":{"value":4}}']
    code, out = _run(tmp_path, capsys, lines, "--json")
    replies = [json.loads(line) for line in out.splitlines()]
    assert [(r["id"], r["score"], [f["code"] for f in r["findings"]]) for r in replies] == [
        ("a", 3, []), ("in.jsonl:2", None, ["BAD_VALUE"]), ("in.jsonl:3", 4, [])]  # fmt: skip
    assert code == 1


def test_exit_codes(tmp_path, capsys):
    assert _run(tmp_path, capsys, ['{"measure":"tug","inputs":{"trials_s":[30]}}'], "--json")[0] == 0
    assert _run(tmp_path, capsys, ['{"measure":"tug","inputs":{"trials_s":[0]}}'], "--json")[0] == 1
    assert main([str(tmp_path / "absent.jsonl")]) == 2
    assert main(["--describe", "nope"]) == 2


def test_words_for_people(tmp_path, capsys):
    _, out = _run(
        tmp_path,
        capsys,
        ['{"id":"x","measure":"five_xsts","kind":"change","baseline":16,"follow_up":13.5,"population":"COPD"}'],
    )
    assert out.splitlines()[:2] == ["x  five_xsts: 13.5 s", "  improvement 2.5: clinically important improvement"]


def test_list_and_describe(capsys):
    assert main(["--list", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(rows) == 53
    odi = next(r for r in rows if r["key"] == "odi")
    assert {"key": "odi", "licence": "licensed", "results": ["score"], "tables": []}.items() <= odi.items()
    assert (list(odi["inputs"]), "low back pain" in odi["populations"]) == (["items", "version"], True)
    assert main(["--list"]) == 0
    assert (
        "ampac_6clicks      AM-PAC '6-Clicks' inpatient short forms (t-scale points, raw 6-24, higher is better, licensed)"
        in capsys.readouterr().out
    )
    assert main(["--describe", "grip", "--json"]) == 0
    about = json.loads(capsys.readouterr().out)
    assert about["results"] == ["score", "mean_kg", "mean_lb", "best"]
    assert [t["table"] for t in about["tables"]] == ["grip_mathiowetz1985", "grip_massywestropp2011"]
    assert main(["--describe", "grip"]) == 0
    assert "mixed, review" in capsys.readouterr().out


def test_starts_in_half_a_second_without_django():
    program = "import sys, regain.cli.score; sys.exit('django' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)
    line = b'{"measure":"section_gg","inputs":{"items":{}}}'
    taken = []
    for _ in range(3):
        before = os.times()
        subprocess.run([sys.executable, "-m", "regain", "score", "--json", "-"], input=line, capture_output=True)
        after = os.times()
        taken.append(after.children_user + after.children_system - before.children_user - before.children_system)
    # the work of the program itself: how long it waits for a busy machine says nothing about it
    assert min(taken) < 0.5


def test_a_bad_line_in_words_says_what_is_wrong(tmp_path, capsys):
    _, out = _run(tmp_path, capsys, ["{oops", '{"id":"x","measure":"nope"}'])
    assert "in.jsonl:1" in out
    assert "No instrument 'nope'" in out


def test_no_line_stops_the_others_whatever_it_holds(tmp_path):
    huge = "9" * 4000
    lines = [f'{{"id":"a","measure":"nprs","inputs":{{"value":{huge}}}}}', '{"id":"\\ud800","measure":"tug","inputs":{"trials_s":["\\udfff"]}}',
             f'{{"id":"c","measure":"tug","age":{huge},"inputs":{{"score":9}}}}', '{"id":"d","measure":"nprs","inputs":{"value":3}}']  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-m", "regain", "score", "--json"], input="\n".join(lines).encode(), capture_output=True
    )
    replies = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(r["id"], r["score"], [f["code"] for f in r["findings"]]) for r in replies] == [
        ("a", None, ["OUT_OF_RANGE"]), ("\ud800", None, ["INVALID_VALUE"]), ("c", 9, ["BAD_VALUE"]), ("d", 3, [])]  # fmt: skip
    assert (run.returncode, run.stderr) == (1, b"")


def test_a_byte_order_mark_is_no_part_of_the_first_line():
    line = b'\xef\xbb\xbf{"id":"a","measure":"nprs","inputs":{"value":3}}\r\n'
    run = subprocess.run([sys.executable, "-m", "regain", "score", "--json"], input=line, capture_output=True)
    assert (json.loads(run.stdout)["id"], run.returncode) == ("a", 0)


def test_a_table_inside_the_instruments_file_is_described_too(capsys):
    assert main(["--describe", "koos_jr", "--json"]) == 0
    assert [table["table"] for table in json.loads(capsys.readouterr().out)["tables"]] == ["koos_jr_interval"]


def test_words_where_no_measure_is_named(tmp_path, capsys):
    _, out = _run(tmp_path, capsys, ['{"id":"x"}', "[1]"])
    assert out.splitlines()[:2] == ["x  no score", "  error: The request names no measure."]
    assert out.splitlines()[2] == "in.jsonl:2  no score"


def test_words_name_results_as_people_do_and_cite_what_they_say(tmp_path, capsys):
    lines = [
        '{"id":"a","measure":"tmt","age":60,"education_years":12,"inputs":{"part_a_s":41}}',
        '{"id":"b","measure":"psfs","inputs":{"activities":[{"label":"stairs","rating":4},{"label":"bus","rating":null},{"label":"cook","rating":3}]}}',
        '{"id":"c","measure":"berg","inputs":{"score":44}}',
        '{"id":"d","measure":"tug","inputs":{"trials_s":"unable"}}',
        '{"id":"e","measure":"section_gg","want":"pdpm_pt_ot","inputs":{"items":{"GG0130A":"06"}}}',
        '{"id":"f","measure":"koos","inputs":{"qol":[1,null,null,null]}}',
        '{"id":"g","measure":"chair_stand_30s","kind":"change","baseline":10,"follow_up":12,"population":"knee"}',
    ]
    _, out = _run(tmp_path, capsys, lines)
    assert out.splitlines() == [
        "a  tmt: no score",
        "  part A, s: 41",
        "  norm for 60-64, 0-12 years of education (part A, s): mean 33.22, SD 9.1, z 0.85 (Tombaugh2004, recalled)",
        "b  psfs: 3.5 points",
        "  activities: stairs 4, bus none, cook 3",
        "c  berg: 44 points",
        "  low fall risk (Berg1992, recalled)",
        "  < 45: greater risk of falling (Berg1992, verified)",
        "d  tug: unable",
        "e  section_gg: 4 points",
        "  group 0-5",
        "  self-care: 12",
        "  payment score, PT and OT: 4",
        "  unrounded: 4",
        "  info: GG0130B, GG0130C, GG0170B, GG0170C, GG0170D, GG0170E, GG0170F, GG0170J, GG0170K: no rating, counted as 0.",
        "f  koos: no score",
        "  quality of life: none",
        "  error: Quality of life: 1 of 4 answered; a score needs 2.",
        "g  chair_stand_30s: 12 stands/30 s",
        "  improvement 2: no published value for this population (nearest: hip osteoarthritis)",
        "    MCID 2-2.6, hip osteoarthritis: not met; another population (Wright2011, recalled)",
    ]
