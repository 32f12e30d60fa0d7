"""`units`, `estimate` and `due` as processes: order, ids, exit codes, standard output and error."""

import json
import subprocess
import sys

import pytest

UNITS = '{"id":"a","lines":[{"discipline":"PT","code":"97116","minutes":26}]}'
ESTIMATE = '{"id":"a","coverage":{"kind":"self_pay"},"visits":[]}'
DUE = '{"id":"a","discipline":"PT","evaluated_on":"2026-01-12"}'
COMMANDS = [("units", UNITS), ("estimate", ESTIMATE), ("due", DUE)]


def regain(*words, text=""):
    done = subprocess.run(
        [sys.executable, "-m", "regain", *words], input=text, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(("command", "good"), COMMANDS)
def test_one_bad_line_gets_its_own_answer_and_changes_no_other(command, good):
    lines = [
        good,
        "{not json",
        "[1]",
        "",
        good.replace('"id":"a",', ""),
        good.replace('"a"', '"\\ud800"'),
        '{"id":7}',
        good,
    ]
    code, out, err = regain(command, "--json", text="\n".join(lines))
    replies = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (1, "")
    assert [reply["id"] for reply in replies] == ["a", "-:2", "-:3", "-:5", "\ud800", 7, "a"]
    assert [bool(reply["findings"]) for reply in replies] == [False, True, True, False, False, True, False]
    assert replies[0] == replies[-1]
    assert all(value is None for key, value in replies[1].items() if key not in ("id", "findings"))


@pytest.mark.parametrize(("command", "good"), COMMANDS)
def test_a_number_too_large_to_hold_is_given_back_as_a_word(command, good):
    code, out, err = regain(
        command, "--json", text=good.replace('"a"', "1e999") + '\n{"id":"b","lines":[[1e999]],"visits":[[1e999]]}'
    )
    assert (code, [json.loads(line)["id"] for line in out.splitlines()], err) == (1, ["inf", "b"], "")


@pytest.mark.parametrize(("command", "good"), COMMANDS)
def test_exit_codes_say_answered_or_unreadable(command, good):
    assert regain(command, "--json", text=good)[0] == 0
    for words in (("no-such-file.jsonl",), ("--no-such-option",)):
        code, out, err = regain(command, "--json", *words)
        assert (code, out) == (2, "")
        assert err


def test_words_are_for_people():
    _, out, _ = regain(
        "estimate",
        "--fees",
        "example",
        text=ESTIMATE.replace("[]", '[{"on":"2026-06-01","lines":[{"discipline":"PT","code":"97116"}]}]'),
    )
    assert (
        out
        == """a: the patient pays $29.00
  2026-06-01: $29.00 of $29.00 allowed
    PT 97116: Priced by the example fee schedule (invented amounts).
"""
    )


def test_an_estimate_says_for_how_many_visits_its_sum_stands():
    from regain.cli.estimate import words

    known = {"on": "2026-06-01", "low": 30, "high": 30, "allowed": 70, "lines": []}
    unknown = {"on": "2028-06-01", "low": None, "high": None}

    def said(*visits):
        return words({"id": "a", "low": 30, "high": 30, "visits": list(visits), "findings": []}).splitlines()[0]

    assert said(known) == "a: the patient pays $30.00"
    assert said(known, unknown) == "a: the patient pays $30.00 for 1 of 2 visits"
    assert said(unknown) == "a: no visit could be estimated"
