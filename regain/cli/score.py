"""`regain score`: score an outcome measure, or the change between two scores. Shapes: the contract's section `score`."""

from __future__ import annotations

import argparse
from functools import cache
from typing import Any

from regain.cli.lines import Json, Request, dumps, read_requests, run
from regain.outcomes.rules import PERSON_KEYS, Instrument, Scored, change, score
from regain.reference.facts import fact, subjects
from regain.reference.rules import Fact, Finding, error, warning

MEASURES = "outcomes/measures"
KEYS = {"id", "measure", "inputs", "kind", "baseline", "follow_up", "population", "want", *PERSON_KEYS}
EMPTY: Json = {
    "score": None, "unit": None, "display": None, "status": None, "age": None, "answered": None, "of": None, "parts": {},
    "band": None, "band_source": None, "band_certainty": None, "cutoffs": [], "norms": [], "change": None, "version": None,
}  # fmt: skip


def main(argv: list[str]) -> int:
    """Run the command; returns the exit code of the contract."""
    parser = argparse.ArgumentParser(
        prog="regain score", description="Score an outcome measure, or the change between two scores."
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="JSON Lines files or folders; standard input without one"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a request")
    parser.add_argument("--list", action="store_true", help="every instrument, one a line")
    parser.add_argument(
        "--describe", metavar="KEY", help="inputs, results, populations, tables and licence of one instrument"
    )
    options = parser.parse_args(argv)
    if options.list:
        return _list(options.json)
    if options.describe:
        return _describe(options.describe, options.json)
    return run(read_requests(options.paths), answer, options.json, in_words)


def instrument(key: Any) -> Instrument | None:
    """The instrument of a key, or None where there is none."""
    return _instrument(key) if isinstance(key, str) else None


@cache
def _instrument(key: str) -> Instrument | None:
    subject = f"{MEASURES}/{key}"
    return Instrument(fact(subject)) if subject in _subjects() else None


@cache
def _subjects() -> frozenset[str]:
    return frozenset(subjects(MEASURES))


def tables(chosen: Instrument) -> list[Fact]:
    """The norm tables that an instrument names."""
    return [fact(f"outcomes/norms/{name}") for name in chosen.fact.about["norms"]]


def answer(request: Request) -> Json:
    """One request's answer; a bad one gets findings and empty results."""
    data = request.data
    if data is None:
        return {"id": request.id, "measure": None, **dict.fromkeys(EMPTY), "findings": list(request.findings)}
    reply = {"id": request.id, "measure": data.get("measure"), **EMPTY}
    chosen = instrument(data.get("measure"))
    if chosen is None:
        return {**reply, **dict.fromkeys(EMPTY), "findings": [_unknown_measure(data.get("measure"))]}
    want, kind = data.get("want"), data.get("kind", "score")
    wrong = [*_wrong("want", want, want is None or isinstance(want, str), "a result's name"),
             *_wrong("kind", kind, kind in ("score", "change"), "score|change"),
             *_wrong("population", data.get("population"), isinstance(data.get("population", ""), str | None), "plain words")]  # fmt: skip
    if wrong:
        return {**reply, "findings": wrong}
    extra = _unknown_keys(chosen, data)
    body = _change(chosen, data, want) if kind == "change" else _score(chosen, data, want)
    return {**reply, **body, "findings": [*extra, *body["findings"]]}


def _qualifiers(chosen: Instrument) -> set[str]:
    return {"status", "unit", *chosen.score.get("choices", {}), *chosen.score.get("alike", ())}


def _inputs(chosen: Instrument, data: Json, given: Any) -> Any:
    """Answers with the qualifiers that stand beside them (`side`, `unit`, ...); a bare number is a known total."""
    beside = {name: data[name] for name in _qualifiers(chosen) if name in data}
    if isinstance(given, dict):
        return {**beside, **given}
    if isinstance(given, int | float | str) and not isinstance(given, bool):
        return {**beside, "score": given}
    return given


def _score(chosen: Instrument, data: Json, want: str | None) -> Json:
    given = data.get("inputs", {})
    inputs = _inputs(chosen, data, given) if isinstance(given, dict) else given
    return score(chosen, inputs, data, want, tables(chosen)).as_json()


def _change(chosen: Instrument, data: Json, want: str | None) -> Json:
    sides: list[Scored] = []
    findings: list[Finding] = []
    for name in ("baseline", "follow_up"):
        if data.get(name) is None:
            findings.append(
                error("BAD_VALUE", f"{name} is missing.", where=name, expected="a score, or an inputs object")
            )
            continue
        sides.append(score(chosen, _inputs(chosen, data, data[name]), data, want, path=name))
        findings += [
            f
            for f in sides[-1].findings
            if f not in findings and (f.code != "MISSING_DEMOGRAPHIC" or f.severity == "error")
        ]
    last = sides[-1].as_json() if sides and data.get("follow_up") is not None else {}
    if any(f.severity == "error" for f in findings) and not _parts_stand(chosen, sides, want):
        return {**last, "change": None, "findings": findings}
    compared, unlike = change(sides[0], sides[1], data.get("population"), want)
    return {**last, "change": compared, "findings": [*findings, *unlike]}


def _parts_stand(chosen: Instrument, sides: list[Scored], want: str | None) -> bool:
    """Whether parts can be compared though another failed: a part that fails leaves the others (KOOS)."""
    if chosen.has_score or want is not None or len(sides) < 2:
        return False
    return bool(sides[0].outcome.results().keys() & sides[1].outcome.results().keys())


def _unknown_measure(key: Any) -> Finding:
    names = [subject.rsplit("/", 1)[-1] for subject in subjects(MEASURES)]
    said = "The request names no measure." if key is None else f"No instrument {key!r}."
    return error("UNKNOWN_MEASURE", said, where="measure", found=key, expected=", ".join(names),
                 try_="`regain score --list` prints every key.")  # fmt: skip


def _wrong(name: str, value: Any, sound: bool, expected: str) -> list[Finding]:
    return [] if sound else [error("BAD_VALUE", f"{name} is {value!r}; expected {expected}.", where=name, found=str(value), expected=expected)]  # fmt: skip


def _unknown_keys(chosen: Instrument, data: Json) -> list[Finding]:
    return [warning("UNKNOWN_KEY", f"{name!r} is not read.", where=name, found=name, expected=", ".join(sorted(KEYS)))
            for name in data.keys() - KEYS - _qualifiers(chosen)]  # fmt: skip


def in_words(reply: Json) -> str:
    """An answer for people."""
    chosen = instrument(reply["measure"])
    named = f"{reply['measure']}: " if reply["measure"] is not None else ""
    unit = "" if reply["status"] or reply["score"] is None else f" {reply['unit']}"
    lines = [f"{reply['id']}  {named}{reply['display'] or 'no score'}{unit}"]
    if reply["band"]:
        source = f" ({_cited(reply, 'band_')})" if reply["band_source"] else ""
        lines.append(f"  {reply['band']}{source}" if source else f"  group {reply['band']}")
    lines += [f"  {row['when']}: {row['label']} ({_cited(row)})" for row in reply["cutoffs"] or [] if row["met"]]
    if chosen is not None:
        lines += [f"  {chosen.label_of(name)}: {_value(value)}" for name, value in (reply["parts"] or {}).items()]
        lines += [_norm_in_words(chosen, row) for row in reply["norms"] or []]
        lines += _change_in_words(chosen, reply["change"]) if reply["change"] else []
    lines += [f"  {finding['severity']}: {finding['message']}" for finding in reply["findings"]]
    return "\n".join(lines)


def _cited(row: Json, prefix: str = "") -> str:
    return f"{row[f'{prefix}source']}, {row[f'{prefix}certainty']}"


def _value(value: Any) -> str:
    """A result as people read it: 31, never 31.0; a list of activities one after another."""
    if isinstance(value, list):
        return ", ".join(
            f"{row['label'] or 'unnamed'} {_value(row.get('rating', row.get('improvement')))}" for row in value
        )
    return "none" if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)


def _norm_in_words(chosen: Instrument, row: Json) -> str:
    said = {"mean": "mean", "sd": "SD", "z": "z", "low": "from", "high": "to", "limit": "limit", "deficit": "short of it by",
            "predicted": "predicted", "percent": "percent of predicted"}  # fmt: skip
    numbers = ", ".join(f"{word} {_value(row[name])}" for name, word in said.items() if row.get(name) is not None)
    beyond = {True: "; beyond the limit", False: "; within the limit", None: ""}[row.get("worse")]
    of = "" if row["of"] == "score" else f" ({chosen.label_of(row['of'])})"
    return f"  norm for {row['group']}{of}: {numbers}{beyond} ({_cited(row)})"


def _change_in_words(chosen: Instrument, moved: Json) -> list[str]:
    """What changed, the published values that apply first, and those of other populations below."""
    gain = "" if moved["improvement"] is None else f"improvement {_value(moved['improvement'])}: "
    near = f" (nearest: {moved['nearest']})" if moved["nearest"] else ""
    lines = [f"  {gain}{moved['verdict']}{near}"]
    lines += [f"    {chosen.label_of(name)}: improvement {_value(value)}" for name, value in moved["parts"].items()]
    rows = [(kind, row) for kind in ("mdc", "mcid") for row in moved[kind]]
    for kind, row in sorted(rows, key=lambda pair: not pair[1]["applies"]):
        low = f"{_value(row['value_low'])}-" if "value_low" in row else ""
        of = "" if row["of"] == "score" else f" of {chosen.label_of(row['of'])}"
        state = {True: "met", False: "not met", None: "not compared"}[row["met"]]
        other = "" if row["applies"] else "; another population"
        lines.append(
            f"    {kind.upper()} {low}{_value(row['value'])}{of}, {row['population']}: {state}{other} ({_cited(row)})"
        )
    return lines


def _list(as_json: bool) -> int:
    for subject in subjects(MEASURES):
        about = describe(Instrument(fact(subject)))
        row = {name: about[name] for name in ("key", "name", "abbr", "unit", "range", "range_of", "direction", "inputs", "results", "populations")}  # fmt: skip
        row |= {"tables": [table["table"] for table in about["tables"]], "licence": about["licence"]["status"]}
        print(dumps(row) if as_json else _listed(row))
    return 0


def _listed(row: Json) -> str:
    """Two lines an instrument: what it is, and what goes in and comes out."""
    tables = f"; tables {', '.join(row['tables'])}" if row["tables"] else ""
    number = len(row["populations"])
    people = f"; change studied in {number} population{'s' * (number != 1)}" if number else ""
    return (
        f"{row['key']:18} {row['name']} ({_range(row)}, {row['licence'].replace('_', ' ')})\n"
        f"{'':18} inputs {', '.join(row['inputs'])}; results {', '.join(row['results'])}{people}{tables}"
    )


def _range(row: Json) -> str:
    """`0-100 %, lower is better`; where the range is that of a part, the part is named (AM-PAC raw)."""
    low, high = row["range"]
    of = f"{row['unit']}, {row['range_of']} {low}-{high}" if row["range_of"] else f"{low}-{high} {row['unit']}"
    return f"{of}, {row['direction'].replace('_', ' is ')}"


def _describe(key: str, as_json: bool) -> int:
    chosen = instrument(key)
    if chosen is None:
        finding = _unknown_measure(key)
        print(
            dumps({"key": key, "findings": [finding]}) if as_json else f"regain score: {finding.message} {finding.try_}"
        )
        return 2
    about = describe(chosen)
    print(dumps(about) if as_json else "\n".join(_described(about)))
    return 0


def describe(chosen: Instrument) -> Json:
    """Inputs, results, populations, tables and licence of an instrument."""
    about = chosen.fact.about

    def cited(kind: str) -> list[Json]:
        return [{**row.data, "source": row.sources[0], "certainty": str(row.certainty)} for row in chosen.rows(kind)]

    return {
        "key": chosen.key, "name": chosen.fact.label, "abbr": about["abbr"], "unit": chosen.fact.unit, "range": about["range"], "range_of": about.get("range_of"),
        "direction": about["direction"], "disciplines": about["disciplines"], "construct": about["construct"],
        "inputs": about["inputs"], "results": list(chosen.results), "scoring": cited("scoring"), "missing": cited("missing"),
        "cutoffs": cited("cutoff"), "mdc": cited("mdc"), "mcid": cited("mcid"),
        "populations": sorted({row["population"] for kind in ("mdc", "mcid") for row in chosen.rows(kind)}),
        "tables": [*_lookup_table(chosen), *({"table": table.id.rsplit("/", 1)[-1], "title": table.label, "use": table.about["use"]} for table in tables(chosen))],
        "licence": dict(about["licence"]), "traps": about["traps"], "version": chosen.fact.version, "findings": [],
    }  # fmt: skip


def _lookup_table(chosen: Instrument) -> list[Json]:
    """The table that stands in the instrument's own file (raw sum to interval score, filament to level)."""
    named = chosen.fact.about.get("lookup_table")
    row = next(iter((*chosen.rows("lookup"), *chosen.rows("level"))), None)
    return [{**named, "title": chosen.fact.sources[row.sources[0]].title}] if named and row else []


def _described(about: Json) -> list[str]:
    lines = [f"{about['key']}: {about['name']}", f"  measures  {about['construct']}",
             f"  range     {_range(about)}",
             "  inputs    " + "; ".join(f"{name}: {what}" for name, what in about["inputs"].items()),
             f"  results   {', '.join(about['results'])}"]  # fmt: skip
    lines += [f"  {row['kind']:9} {row['text']} [{row['certainty']}]" for row in (*about["scoring"], *about["missing"])]
    lines += [
        f"  cut-off   {row['when']}: {row['label']} ({row['source']}, {row['certainty']})" for row in about["cutoffs"]
    ]
    for kind in ("mdc", "mcid"):
        lines += [f"  {kind.upper():9} {row.get('value_low', '')}{'-' if 'value_low' in row else ''}{row['value']} {row['unit']}: {row['population']} ({row['source']}, {row['certainty']})" for row in about[kind]]  # fmt: skip
    lines += [f"  people    {name}" for name in about["populations"]]
    lines += [f"  table     {row['table']}: {row['title']}" for row in about["tables"]]
    return [*lines, f"  licence   {about['licence']['status'].replace('_', ' ')}. {about['licence']['note']}"]
