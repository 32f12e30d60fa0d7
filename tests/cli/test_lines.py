"""What every command that reads lines shares: no line is lost, whatever one of them holds."""

from __future__ import annotations

import json

import pytest

from regain.cli import due, estimate, recommend, score, units
from regain.cli.lines import Request, run

HUGE = 10**400
BROKEN = [
    (score, {"measure": "tug", "inputs": {"trials_s": [HUGE]}, "age": HUGE}),
    (units, {"rule": "cms", "on": "2026-06-01", "lines": [{"discipline": "PT", "code": "97116", "minutes": HUGE, "by": "PT"}]}),
    (estimate, {"coverage": {"kind": "self_pay"}, "visits": [{"on": "2026-06-01", "lines": [{"discipline": "PT", "code": "97116", "units": 1, "allowed": HUGE}]}]}),
    (due, {"discipline": "PT", "payer": "medicare_b", "today": "2026-01-20", "evaluated_on": "2026-01-12", "duration_weeks": HUGE}),
    (recommend, {"profile": {"age": HUGE, "age_unit": "years", "problems": ["cannot button"]}}),
]  # fmt: skip


@pytest.mark.parametrize(("command", "data"), BROKEN, ids=[command.__name__ for command, _ in BROKEN])
def test_a_number_of_four_hundred_digits_loses_no_other_line(command, data, tmp_path, capsys):
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(json.dumps({"id": name, **data}) for name in "ab"))
    command.main([str(path), "--json"])
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["a", "b"]


def test_a_rule_that_breaks_gives_its_line_the_answer_of_a_bad_one(capsys):
    def answer(request):
        if request.data and request.data["id"] == "b":
            raise OverflowError("too large")
        return {"id": request.id, "result": None if request.data is None else 1, "findings": list(request.findings)}

    requests = [Request(f"in:{n}", {"id": name}) for n, name in enumerate("abc", 1)]
    assert run(requests, answer, True, str) == 1
    said = capsys.readouterr()
    replies = [json.loads(line) for line in said.out.splitlines()]
    assert [(r["id"], r["result"], [f["code"] for f in r["findings"]]) for r in replies] == [
        ("a", 1, []), ("b", None, ["BAD_VALUE"]), ("c", 1, [])]  # fmt: skip
    assert said.err == "regain: in:2: OverflowError: too large\n"
