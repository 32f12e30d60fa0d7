"""CMS Section GG: string codes, gates, and the scores that treat the same blanks differently."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from regain.outcomes.rules.entry import Entry
from regain.outcomes.rules.instrument import Outcome
from regain.outcomes.rules.items import average

Codes = Mapping[str, str]


def gates(entry: Entry) -> Outcome:
    """Every score the answers allow; `score` is the one wanted, its payment group the band.

    Not attempted counts 1 in the quality scores and 0 in the payment scores; the Discharge Function Score is filled in
    by CMS statistically, so here it exists only when all ten values are ratings.
    """
    spec = entry.spec
    codes, wrong = read_codes(entry, spec)
    wrong |= check_gates(entry, spec, codes)
    # a half that contradicts itself leaves the other, and none of the scores that need both
    barred = {name for half in wrong for name in _uses(spec, half)}
    codes = {item: code for item, code in codes.items() if item[:6] not in wrong}
    if not codes and not wrong:
        entry.missing("items", "No item is coded: absent items alone make no score.", (), expected="{GG0130A: 06, ...}")
    if entry.want in barred or not codes:
        return Outcome()
    outcome = Outcome(answered=sum(code in spec["performance"] for code in codes.values()), of=len(codes))
    for row in _allowed(spec["sums"], barred):
        _offer(entry, outcome, row["name"], row["items"], codes, _sum(spec, row, codes))
    for row in _allowed(spec["averaged"], barred):
        exact_total = _averaged(row, codes)
        items = [item for group in row["means"] for item in group]
        _offer(entry, outcome, row["name"], items, codes, _nearest_whole(exact_total))
        if (
            entry.want == row["name"]
            or entry.want is None
            and row is spec["averaged"][0]
            and row["name"] in outcome.parts
        ):
            outcome.parts["unrounded"] = exact_total
            outcome.places["unrounded"] = 3
    for row in _allowed(spec["imputed"], barred):
        _imputed(entry, outcome, spec, row, codes)
    _recoded(entry, spec, codes)
    if entry.want is not None:
        outcome.score = outcome.parts.get(entry.want)
        outcome.band = _group(spec, entry.want, outcome.score)
    return outcome


def _allowed(rows: list[dict[str, Any]], barred: set[str]) -> list[dict[str, Any]]:
    return [row for row in rows if row["name"] not in barred]


def _uses(spec: Mapping[str, Any], half: str) -> list[str]:
    """The scores that a half (`GG0130` self-care, `GG0170` mobility) enters."""
    own = [row["name"] for row in spec["sums"] if any(item.startswith(half) for item in row["items"])]
    return [*own, *(row["name"] for row in (*spec["averaged"], *spec["imputed"]))]


def read_codes(entry: Entry, spec: Mapping[str, Any]) -> tuple[dict[str, str], set[str]]:
    """Codes by item, and the halves (`GG0130`, `GG0170`) in which one is unknown."""
    given = entry.inputs.get("items")
    if not isinstance(given, dict) or not given:
        return {}, set()
    known = {row["name"] for row in entry.instrument.rows("item")}
    column = entry.choice("column")
    wrong: set[str] = set()
    codes: dict[str, str] = {}
    columns: set[str] = set()
    for key, value in given.items():
        item, suffix = str(key).upper(), None
        if item not in known and item[:-1] in known and item[-1] in "12345":
            item, suffix = item[:-1], item[-1]
        if item not in known:
            entry.warn(
                "UNKNOWN_KEY", f"Section GG has no item {key!r}.", f"items.{key}", expected="GG0130A, GG0170I, ..."
            )
        elif value is not None and (suffix is None or column is None or suffix == column):
            columns |= {suffix} if suffix else set()
            codes[item] = _code(entry, spec, item, value, f"items.{key}")
            if not codes[item]:
                wrong.add(item[:6])
    if len(columns) > 1:
        entry.error("CODING_REQUIRED", f"Codes of columns {', '.join(sorted(columns))} are given; say which column to score.",
                    "column", expected="|".join(sorted(columns)), try_="Give `column`, such as 1 for admission.")  # fmt: skip
        wrong |= {item[:6] for item in known}
    return codes, wrong


def _code(entry: Entry, spec: Mapping[str, Any], item: str, value: Any, where: str) -> str:
    permitted = spec["other_codes"].get(item) or [
        *spec["performance"],
        *spec["not_attempted"],
        spec["dash"],
        spec["skip"],
    ]
    code = value
    if isinstance(value, int) and not isinstance(value, bool):
        code = str(value) if item in spec["other_codes"] else f"{value:02d}"
        if code in permitted:
            entry.tell("NORMALISED", f"{item}: the number {value} was read as the code {code}.", where, found=value, expected=code)  # fmt: skip
    if code in permitted:
        return code
    entry.error("INVALID_CODE", f"{item} is {value!r}; codes are {', '.join(permitted)}.", where, of=_uses(spec, item[:6]), found=str(value),
                expected="|".join(permitted), try_="Give the two-character code printed on the form.")  # fmt: skip
    return ""


def check_gates(entry: Entry, spec: Mapping[str, Any], codes: Codes) -> set[str]:
    """The halves in which answers contradict the gates before them: a skipped item is blank, an asked one is not."""
    contradictions = []
    for rule in spec["skips"]:
        if codes.get(rule["when"]) in spec["not_attempted"]:
            contradictions += [(i, f"{rule['when']} was not attempted, so {i} is skipped")
                               for i in rule["then"] if codes.get(i, spec["skip"]) != spec["skip"]]  # fmt: skip
    for rule in spec["wheels"]:
        gate = codes.get(rule["when"])
        for item in rule["then"]:
            code = codes.get(item)
            if code is None or gate is None:
                continue
            if gate in rule["no"] and code != spec["skip"]:
                contradictions.append((item, f"{rule['when']} is {gate}, so {item} is skipped"))
            if gate == rule["yes"] and code == spec["skip"]:
                contradictions.append((item, f"{rule['when']} is {gate}, so {item} is not skipped"))
            if gate == rule["unknown"] and code != spec["dash"]:
                contradictions.append((item, f"{rule['when']} is {gate}, so {item} is a dash"))
    for item, reason in contradictions:
        entry.error("SKIP_PATTERN", f"{reason}; it is coded {codes[item]}.", f"items.{item}", of=_uses(spec, item[:6]), found=codes[item],
                    expected="^, or another answer at the gate", try_="Correct the gate or the item.", source="CMS_SPECS")  # fmt: skip
    _check_asked(entry, spec, codes)
    return {item[:6] for item, _ in contradictions}


def _check_asked(entry: Entry, spec: Mapping[str, Any], codes: Codes) -> None:
    """Walking and steps the other way round: an item that its gate asks for is not blank. The score counts it all the same."""
    for rule in spec["skips"]:
        gate = codes.get(rule["when"])
        for item in rule["asked"]:
            code = codes.get(item)
            blank = gate in spec["performance"] and code == spec["skip"]
            if blank or gate == spec["dash"] and code not in (None, spec["dash"]):
                entry.warn("SKIP_PATTERN", f"{rule['when']} is {gate}, so {item} is {'not skipped' if blank else 'a dash'}; it is coded {code}.",
                           f"items.{item}", _uses(spec, item[:6]), found=code, expected="a code" if blank else spec["dash"],
                           try_="Correct the gate or the item.", source="CMS_SPECS")  # fmt: skip


def _offer(entry: Entry, outcome: Outcome, name: str, items: list[str], codes: Codes, value: Fraction) -> None:
    """A score appears when it is wanted, or when items of every half it adds up were given."""
    if entry.want == name or {item[:6] for item in items} <= {item[:6] for item in items if item in codes}:
        outcome.parts[name] = value


def _sum(spec: Mapping[str, Any], row: Mapping[str, Any], codes: Codes) -> Fraction:
    points = spec["performance"]
    return Fraction(sum(points.get(codes.get(item, ""), row["not_rated"]) for item in row["items"]))


def _averaged(row: Mapping[str, Any], codes: Codes) -> Fraction:
    def points(item: str) -> Fraction:
        return Fraction(row["points"].get(codes.get(item, ""), row["not_rated"]))

    return sum((average([points(item) for item in group]) for group in row["means"]), Fraction(0))


def _nearest_whole(value: Fraction) -> Fraction:
    return Fraction((value + Fraction(1, 2)).__floor__())


def _imputed(entry: Entry, outcome: Outcome, spec: Mapping[str, Any], row: Mapping[str, Any], codes: Codes) -> None:
    wheels = (
        codes.get(row["walk_gate"]) in spec["not_attempted"] and codes.get(row["wheel_gate"]) in spec["performance"]
    )
    items = [*row["common"], *(row["wheeler"] if wheels else row["walker"])]
    points = [spec["performance"].get(codes.get(item, "")) for item in items]
    if None not in points:
        outcome.parts[row["name"]] = Fraction(sum(points))
    elif entry.want == row["name"]:
        blank = sorted({item for item, point in zip(items, points, strict=True) if point is None})
        entry.error("CMS_IMPUTATION_NEEDED", f"CMS fills {', '.join(blank)} by a statistical model; no score is made here.",
                    "items", of=(row["name"],), found=len(blank), expected="ten ratings 01-06")  # fmt: skip


def _recoded(entry: Entry, spec: Mapping[str, Any], codes: Codes) -> None:
    """Say which items were filled in because they carry no rating: of the wanted score also those that are absent."""
    for row in (*spec["sums"], *spec["averaged"]):
        items = row.get("items") or [item for group in row["means"] for item in group]
        blank = [item for item in items if codes.get(item) not in spec["performance"]]
        if entry.want is None:
            blank = [item for item in blank if item in codes] if row in spec["sums"] else []
        elif row["name"] != entry.want:
            continue
        if blank:
            entry.tell("RECODED", f"{', '.join(blank)}: no rating, counted as {row['not_rated']}.", "items",
                       found=len(blank), expected="ratings 01-06")  # fmt: skip


def _group(spec: Mapping[str, Any], want: str, score: Fraction | None) -> str | None:
    row = next((row for row in spec["averaged"] if row["name"] == want), {})
    for low, high in row.get("groups", ()):
        if score is not None and low <= score <= high:
            return str(low) if low == high else f"{low}-{high}"
    return None
