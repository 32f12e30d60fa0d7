"""Shapes for forms with items: sum, mean, linear, prorated percent, scales, look-up table, ticks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from regain.outcomes.rules.entry import MAIN, Entry, exact
from regain.outcomes.rules.instrument import Outcome, shown

NOT_APPLICABLE = "not applicable"
Answer = Fraction | str | None


def read_list(entry: Entry, name: str, count: int, of: Sequence[str]) -> list[Any] | None:
    """The list under a name, of the form's length."""
    given = entry.inputs.get(name)
    called = "" if name in ("items", entry.spec.get("input")) else f"{entry.said(name)}: "
    if given is None:
        entry.missing(
            name,
            f"{called or 'No '}{'no ' if called else ''}answers given; the form has {count}.",
            of,
            expected=f"{count} answers",
        )
        return None
    if not isinstance(given, list):
        entry.error("INVALID_VALUE", f"{called or 'This is '}not a list of {count} answers.", name, of=of, found=str(given)[:80],
                    expected=f"a list of {count}")  # fmt: skip
        return None
    if len(given) != count:
        entry.error("WRONG_ITEM_COUNT", f"{called}{len(given)} answers given; the form has {count}.", name, of=of,
                    found=len(given), expected=str(count), try_="Give null for an unanswered item.")  # fmt: skip
        return None
    return given


def read_items(entry: Entry, name: str, count: int, levels: Sequence[Any], needed: int, of: Sequence[str] = MAIN) -> list[Answer] | None:  # fmt: skip
    """Answers of a form, None where unanswered; None altogether, with findings, when they make no score."""
    given = read_list(entry, name, count, of)
    if given is None:
        return None
    spec = entry.spec
    skipped = spec.get("not_applicable")
    left_out = sum(isinstance(value, str) and value.casefold() == skipped for value in given)
    entry.counted[name] = (sum(value is not None for value in given) - left_out, len(given) - left_out)
    answers: list[Answer] = []
    sound = True
    for number, value in enumerate(given):
        if value is None:
            answers.append(None)
        elif skipped is not None and isinstance(value, str) and value.casefold() == skipped:
            answers.append(NOT_APPLICABLE)
        else:
            read = entry.number(value, f"{name}[{number}]", at_least=levels[0], at_most=levels[-1],
                                whole=not spec.get("fractions", False), of=of)  # fmt: skip
            sound = sound and read is not None
            answers.append(read)
    return answers if sound and enough(entry, name, answers, needed, of) else None


def enough(entry: Entry, name: str, answers: Sequence[Answer], needed: int, of: Sequence[str]) -> bool:
    """Whether enough items are answered; items that do not apply are not asked for."""
    applicable = [a for a in answers if a != NOT_APPLICABLE]
    answered = sum(a is not None for a in applicable)
    needed -= len(answers) - len(applicable)
    if applicable and answered >= needed:
        return True
    entry.missing(name, f"{'' if name == 'items' else entry.said(name) + ': '}{answered} of {len(answers)} answered; a score needs {max(needed, 1)}.", of,
                  found=answered, expected=f"at least {max(needed, 1)}", try_="Ask for the items left open.")  # fmt: skip
    return False


def numbers(answers: Sequence[Answer]) -> list[Fraction]:
    """The answered items."""
    return [a for a in answers if isinstance(a, Fraction)]


def average(values: Sequence[Fraction]) -> Fraction:
    """Arithmetic mean, exact."""
    return sum(values, Fraction(0)) / len(values)


def counted(answers: Sequence[Answer]) -> dict[str, int]:
    """`answered` and `of` for an outcome."""
    return {"answered": len(numbers(answers)), "of": sum(a != NOT_APPLICABLE for a in answers)}


def total(entry: Entry) -> Outcome:
    """Sum of items. One permitted gap is filled with the mean of the others (WHODAS); weighted items have levels."""
    spec = entry.spec
    if spec.get("named"):
        return _weighted(entry)
    shift = spec.get("shifted")
    levels = spec["levels"]
    if shift and entry.inputs.get("items") is not None:
        coding = entry.choice(shift["by"])
        if coding is None:
            if entry.inputs.get(shift["by"]) is None:
                entry.error("CODING_REQUIRED", "Two codings of the answers exist; say which one the form used.",
                            shift["by"], expected="|".join(entry.instrument.score["choices"][shift["by"]]))  # fmt: skip
            return Outcome()
        levels = [level + shift[coding] for level in levels]
    count = spec["count"]
    answers = read_items(entry, "items", count, levels, spec.get("min_answered", count), _of_items(entry))
    if answers is None:
        return Outcome()
    values = numbers(answers)
    whole = count if NOT_APPLICABLE not in answers else len(values)
    score = average(values) * whole - (shift[entry.choice(shift["by"])] * count if shift else 0)
    outcome = Outcome(score, **counted(answers))
    if NOT_APPLICABLE in answers:
        outcome.display = f"{shown(score)}/{outcome.of}"
    return finish_total(entry, outcome)


def _of_items(entry: Entry) -> tuple[str, ...]:
    return ("score", *entry.spec.get("results", ()))


def finish_total(entry: Entry, outcome: Outcome) -> Outcome:
    """The same total in its other published forms; a raw sum whose table is not shipped is no score."""
    spec = entry.spec
    if outcome.score is None:
        return outcome
    if spec.get("unconverted"):
        outcome.parts[spec["unconverted"]] = outcome.score
        outcome.score = None
        entry.error("CONVERSION_TABLE_REQUIRED", "This version is read from a published table that is not shipped here.",
                    "version", of=MAIN, try_="Enter the converted total as the score.")  # fmt: skip
    if spec.get("shifted"):
        outcome.parts[spec["shifted"]["part"]] = outcome.score + spec["count"]
    if spec.get("divided"):
        outcome.parts[spec["divided"]["part"]] = outcome.score / spec["divided"]["by"]
    return outcome


def _weighted(entry: Entry) -> Outcome:
    """Items with levels of their own (Barthel): the sum, with a stand-in item where the form has one (wheelchair)."""
    spec = entry.spec
    place = spec.get("in_place")
    levels = {row["name"]: row["allowed"] for row in entry.instrument.rows("item")}
    given = _by_name(entry, levels, place)
    if given is None:
        return Outcome()
    needed = [name for name in levels if not place or name != place["item"]]
    entry.counted["items"] = (sum(given.get(name) is not None for name in needed), len(needed))
    small = _small_form(entry, given.values())
    read: dict[str, Fraction | None] = {}
    sound = True
    for name, allowed in levels.items():
        value = given.get(name)
        allowed = [Fraction(a, small) for a in allowed]
        read[name] = None if value is None else entry.number(
            value, f"items.{name}", at_least=allowed[0], at_most=allowed[-1], allowed=allowed)  # fmt: skip
        sound = sound and (value is None or read[name] is not None)
    if not sound:
        return Outcome()
    if place and read[place["item"]] is not None and (read[place["of"]] or 0) > 0:
        entry.error("CONFLICTING_ITEMS", f"{entry.said(place['item'])} is scored only where {entry.said(place['of'], start=False)} is 0.",
                    f"items.{place['item']}", try_="Leave one of the two out.")  # fmt: skip
        return Outcome()
    asked = {name: value for name, value in read.items() if not place or name != place["item"]}
    if not enough(entry, "items", list(asked.values()), len(asked), _of_items(entry)):
        return Outcome()
    score = sum((value * small for value in read.values() if value is not None), Fraction(0))
    return finish_total(entry, Outcome(score, answered=len(asked), of=len(asked)))


def _small_form(entry: Entry, values: Any) -> int:
    """5 where the answers are those of the 0-20 form, else 1: every level above 0 tells the two apart."""
    divided = entry.spec.get("divided")
    if not divided or entry.choice("form") != divided["form"]:
        return 1
    plain = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    return divided["by"] if all(v < divided["by"] for v in plain) else 1


def _by_name(entry: Entry, levels: dict[str, Any], place: Any) -> dict[str, Any] | None:
    """The items by name, from a mapping or from a list in the form's order (with or without the stand-in item)."""
    given = entry.inputs.get("items")
    names = list(levels)
    if isinstance(given, dict):
        for name in given.keys() - levels.keys():
            entry.warn("UNKNOWN_KEY", f"The form has no item {name!r}.", f"items.{name}", expected=", ".join(names))
        return given
    if place and isinstance(given, list) and len(given) == len(names) - 1:
        names.remove(place["item"])
    listed = read_list(entry, "items", len(names), _of_items(entry))
    return None if listed is None else dict(zip(names, listed, strict=True))


def mean(entry: Entry) -> Outcome:
    """Mean of the answered items; `sum` names the same result as a total where that is published too."""
    spec = entry.spec
    answers = read_items(entry, "items", spec["count"], spec["levels"], spec["min_answered"], _of_items(entry))
    if answers is None:
        return Outcome()
    outcome = Outcome(average(numbers(answers)), **counted(answers))
    if spec.get("sum"):
        outcome.parts[spec["sum"]] = outcome.score * spec["count"]
    return outcome


def linear(entry: Entry) -> Outcome:
    """(mean of answered - lowest level) x factor, as DASH; optional modules the same way, each complete, each apart."""
    spec = entry.spec
    levels = spec["levels"]

    def scaled(answers: Sequence[Answer]) -> Fraction:
        return (average(numbers(answers)) - levels[0]) * exact(spec["times"])

    outcome = Outcome()
    modules = [name for name in spec.get("modules", ()) if entry.inputs.get(name) is not None]
    if entry.inputs.get("items") is not None or not modules:
        answers = read_items(entry, "items", spec["count"], levels, spec["min_answered"])
        if answers is not None:
            outcome = Outcome(scaled(answers), **counted(answers))
    alone = entry.inputs.get("items") is None and bool(modules)
    for name in modules:
        answers = read_items(entry, name, spec["module_count"], levels, spec["module_count"], (name,))
        outcome.parts[name] = None if answers is None else scaled(answers)
        if alone:
            # a module given by itself is what was answered; beside the items it never counts with them
            answered, applicable = entry.counted.get(name, (0, spec["module_count"]))
            outcome.answered = (outcome.answered or 0) + answered
            outcome.of = (outcome.of or 0) + applicable
    return outcome


def percent(entry: Entry) -> Outcome:
    """100 x sum / (highest level x items answered), as ODI and NDI; `raw` names the plain sum."""
    spec = entry.spec
    answers = read_items(entry, "items", spec["count"], spec["levels"], spec["min_answered"], _of_items(entry))
    if answers is None:
        return Outcome()
    values = numbers(answers)
    most = spec["levels"][-1]
    outcome = Outcome(100 * sum(values, Fraction(0)) / (most * len(values)), **counted(answers))
    if spec.get("raw"):
        outcome.parts[spec["raw"]] = sum(values, Fraction(0))
        # a raw sum with gaps is lower for that reason alone: compare what the percent says instead
        outcome.compared[spec["raw"]] = outcome.score * most * spec["count"] / 100
    return outcome


def scales(entry: Entry) -> Outcome:
    """100 - mean x factor for each scale, as KOOS; `main = "mean"` gives their mean as the score (KOOS-12)."""
    spec = entry.spec
    outcome = Outcome(answered=0, of=0)
    rows = entry.instrument.rows("scale")
    for row in rows:
        name = row["name"]
        if entry.inputs.get(name) is None:
            continue
        of = (name, "score") if spec.get("main") else (name,)
        answers = read_items(entry, name, row["items"], spec["levels"], row["min_answered"], of)
        outcome.parts[name] = None if answers is None else 100 - average(numbers(answers)) * exact(spec["times"])
        answered, applicable = entry.counted.get(name, (0, row["items"]))
        outcome.answered += answered
        outcome.of += applicable
    absent = [row["name"] for row in rows if row["name"] not in outcome.parts]
    if spec.get("main") and absent or len(absent) == len(rows) or entry.want in absent:
        lacking = [entry.want] if entry.want in absent else absent
        named = ", ".join(entry.instrument.label_of(name) for name in lacking)
        of = (*absent, "score") if spec.get("main") or len(absent) == len(rows) else (entry.want or "",)
        entry.missing(str(lacking[0]), f"No answers for {named}.", of)
    if spec.get("main") and len(outcome.results()) == len(rows):
        outcome.score = average(list(outcome.results().values()))
    return outcome


def lookup(entry: Entry) -> Outcome:
    """Raw sum of all items, then the published table; the raw sum is not the score."""
    spec = entry.spec
    answers = read_items(entry, "items", spec["count"], spec["levels"], spec["count"], _of_items(entry))
    if answers is None:
        return Outcome()
    raw = sum(numbers(answers), Fraction(0))
    table = {row["raw"]: exact(row["score"]) for row in entry.instrument.rows("lookup")}
    return Outcome(table[int(raw)], {"raw": raw}, **counted(answers))


def ticks(entry: Entry) -> Outcome:
    """Count of ticked statements: unticked means no, and an entirely blank form needs a word of confirmation."""
    spec = entry.spec
    name = spec["input"]
    given = read_list(entry, name, spec["count"], MAIN)
    if given is None:
        return Outcome()
    wrong = [number for number, value in enumerate(given) if value is not None and value not in (True, False)]
    for number in wrong:
        entry.error("INVALID_VALUE", f"Statement {number + 1} is {given[number]!r}; it is ticked or not.",
                    f"{name}[{number}]", found=str(given[number]), expected="true|false")  # fmt: skip
    if wrong:
        return Outcome()
    score = Fraction(sum(bool(value) for value in given))
    if score == 0 and not entry.flag(spec["confirm"]):
        entry.error("CONFIRMATION_REQUIRED", "Nothing is ticked: a blank form, or truly no statement that fits?", name,
                    of=MAIN, try_="Say that the form is complete once the person has confirmed it.")  # fmt: skip
        return Outcome()
    return Outcome(score, answered=len(given), of=len(given))
