"""`regain recommend` from outside: files, folders, lines and one letter in; objects, words and exit codes out."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from regain.cli.recommend import main
from tests.referrals.files import LETTER, bundle, pdf

KEYS = {"id", "recommendation", "disciplines", "urgency", "confidence", "points", "functions", "flags", "reasons", "orders",
        "questions", "version", "facts", "findings"}  # fmt: skip
PROFILE = {"age": 58, "age_unit": "years", "setting": "home", "diagnosis": "stroke 3 weeks ago",
           "problems": ["cannot dress himself", {"icf": "d450", "severity": 2}], "flags": ["no fever", "saddle numb"]}  # fmt: skip


def run(capsys, *argv):
    code = main([*map(str, argv), "--json"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def lines(tmp_path, *rows):
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def test_a_file_named_where_words_are_asked_for_is_said_to_be_one(tmp_path, capsys):
    path = tmp_path / "letter.txt"
    path.write_text(LETTER)
    with pytest.raises(SystemExit) as stopped:
        main(["--text", str(path)])
    assert (stopped.value.code, "leave --text out to read it" in capsys.readouterr().err) == (2, True)


def test_every_quote_is_the_given_words(tmp_path, capsys):
    text = (
        "Knee pain since the fall.\nCannot climb stairs; denies fever. Ünsteady 😀. Please evaluate: PT eval and treat."
    )
    code, (letter, person) = run(capsys, lines(tmp_path, {"id": "a", "text": text}, {"id": 7, "profile": PROFILE}))
    assert (code, letter["id"], person["id"]) == (0, "a", 7)
    assert letter.keys() >= KEYS
    given = {"text": text, "diagnosis": PROFILE["diagnosis"], "problems[0]": "cannot dress himself", "problems[1]": "",
             "flags[0]": "no fever", "flags[1]": "saddle numb"}  # fmt: skip
    for reply in (letter, person):
        for item in (*reply["functions"], *reply["flags"], *reply["orders"]):
            assert item["text"] == given[item["in"]][item["start"] : item["end"]]


def test_a_fired_flag_leads_and_keeps_therapy_for_later(tmp_path, capsys):
    _, (reply,) = run(capsys, lines(tmp_path, {"profile": PROFILE}))
    assert (reply["id"], reply["recommendation"], reply["disciplines"], reply["urgency"]) == (
        "in.jsonl:1", "physician_first", ["OT", "PT"], "emergency")  # fmt: skip
    assert {flag["id"]: flag["state"] for flag in reply["flags"]} == {"rf-cauda": "fired", "rf-spineinf": "denied"}
    assert all(flag["do"] and flag["source"] for flag in reply["flags"])


@pytest.mark.parametrize(("row", "code", "found"), [
    ("not json", "BAD_VALUE", "error"), ({"id": "x", "text": " "}, "NO_TEXT", "error"), ({"id": "x"}, "NO_TEXT", "error"),
    ({"id": "x", "text": "eggs, flour, two lemons, sugar, butter, yeast, vanilla, foil, candles"}, "NOT_A_LETTER", "error"),
    ({"id": "x", "text": "Le patient se plaint de douleurs au genou depuis trois semaines et ne peut pas marcher."}, "LANGUAGE", "error"),
    ({"id": "x", "profile": {"age": "old", "problems": ["knee pain"]}}, "BAD_VALUE", "error"),
    ({"id": "x", "profile": {"problems": [{"icf": "x999"}]}}, "UNKNOWN_CODE", "error"),
])  # fmt: skip
def test_a_bad_line_has_its_own_answer_and_spoils_no_other(tmp_path, capsys, row, code, found):
    exit_code, (bad, good) = run(capsys, lines(tmp_path, row, {"id": "y", "text": "Knee pain on stairs."}))
    assert exit_code == 1
    assert (bad["recommendation"], bad["points"], bad["functions"]) == (None, None, None)
    assert [(f["code"], f["severity"]) for f in bad["findings"]] == [(code, found)]
    assert (good["id"], good["recommendation"], good["findings"]) == ("y", "PT", [])


def test_an_unknown_key_warns_and_is_no_error(tmp_path, capsys):
    code, (reply,) = run(capsys, lines(tmp_path, {"profile": {"age": 50, "problem": [], "problems": ["knee pain"]}}))
    assert (code, reply["recommendation"]) == (0, "PT")
    assert [(f["code"], f["severity"], f["where"]) for f in reply["findings"]] == [
        ("UNKNOWN_KEY", "warning", "profile.problem")
    ]


@pytest.mark.parametrize(("age", "unit", "state"), [(20, "months", "fired"), (87, "weeks", "fired"), (608, "days", "fired"),
                                                     (14, "months", "asked"), (2, "years", "fired")])  # fmt: skip
def test_ages_in_other_units(tmp_path, capsys, age, unit, state):
    _, (reply,) = run(
        capsys, lines(tmp_path, {"profile": {"age": age, "age_unit": unit, "problems": ["not walking yet"]}})
    )
    assert {flag["id"]: flag["state"] for flag in reply["flags"]}["rf-pedlate"] == state


def test_a_folder_of_letters_pdfs_and_bundles_in_order(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(LETTER)
    (tmp_path / "b.pdf").write_bytes(pdf())
    (tmp_path / "c.json").write_text(json.dumps(bundle()))
    code, replies = run(capsys, tmp_path)
    assert (code, [reply["disciplines"] for reply in replies]) == (0, [["OT", "PT"]] * 3)
    assert [reply["id"] for reply in replies][:2] == ["a.txt", "b.pdf"]


def test_one_letter_from_standard_input_or_in_words(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", type("In", (), {"buffer": io.BytesIO(LETTER.encode())}))
    assert run(capsys, "--text", "-")[1][0]["disciplines"] == ["OT", "PT"]
    assert run(capsys, "--text", "Knee pain on stairs.")[1][0]["recommendation"] == "PT"


def test_exit_2_where_an_input_cannot_be_read(tmp_path, capsys):
    assert main([str(tmp_path / "absent.jsonl")]) == 2


def test_explain_tells_words_points_sources_and_version(tmp_path, capsys):
    main([str(lines(tmp_path, {"id": "p", "profile": PROFILE})), "--explain"])
    told = capsys.readouterr().out
    for words in ("cauda equina", "911", '"cannot dress himself" d540', "SixClicks", "function-map"):
        assert words in told


def test_the_command_never_imports_django():
    done = subprocess.run([sys.executable, "-c", "import sys, regain.cli.recommend as r; r.main(['--text', 'Knee pain on stairs.']);"
                           "sys.exit('django' in sys.modules)"], capture_output=True, check=False)  # fmt: skip
    assert done.returncode == 0
