"""Score one entry of any instrument: the shape its file names, then band, cut-offs and norms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from regain.outcomes.rules import entered, items, known, ladders, performance, section_gg, thresholds
from regain.outcomes.rules import norms as norm_tables
from regain.outcomes.rules.entry import Entry
from regain.outcomes.rules.instrument import STATUSES, Instrument, Outcome, half_up, shown
from regain.outcomes.rules.person import PERSON_KEYS, Person, read_person
from regain.reference.rules import Fact, Finding, Value, blocks, error, warning

# the named functions a data file picks from; a new shape is one function and one line here
SHAPES: Mapping[str, Callable[[Entry], Outcome]] = {
    "sum": items.total, "mean": items.mean, "linear": items.linear, "percent": items.percent, "scales": items.scales,
    "lookup": items.lookup, "ticks": items.ticks, "measurement": performance.measurement, "trials": performance.trials,
    "speed": performance.speed, "force": performance.force, "angle": performance.angle,
    "timed_parts": performance.timed_parts, "levels": performance.levels, "ladders": ladders.battery,
    "entered": entered.entered, "rated": entered.rated, "adjusted": entered.adjusted, "gates": section_gg.gates,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scored:
    """A scored entry: the exact outcome, what it means, and every finding. `inputs` are the answers as read."""

    instrument: Instrument
    entry: Entry
    outcome: Outcome
    band: Value | None
    """The row of the band the score lies in."""
    cutoffs: tuple[dict[str, Any], ...]
    norms: tuple[dict[str, Any], ...]
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """The answer of the contract, without `id` and `change`."""
        outcome, places = self.outcome, self.instrument.places
        score = None if outcome.score is None else half_up(outcome.score, places)
        display = outcome.display or (None if outcome.score is None else shown(outcome.score, places)) or outcome.status
        return {
            "measure": self.instrument.key, "score": score, "unit": outcome.unit or self.instrument.fact.unit,
            "display": display, "status": outcome.status, "age": self.entry.person.age, "answered": outcome.answered,
            "of": outcome.of, "parts": {name: plain(value, outcome.places.get(name, 2)) for name, value in outcome.parts.items()},
            "band": self.band["label"] if self.band else outcome.band,
            "band_source": self.band.sources[0] if self.band else None,
            "band_certainty": str(self.band.certainty) if self.band else None, "cutoffs": list(self.cutoffs), "norms": list(self.norms),
            "version": self.instrument.fact.version, "findings": list(self.findings),
        }  # fmt: skip


def plain(value: Any, places: int = 2) -> Any:
    """Exact numbers as JSON numbers, inside lists and mappings too."""
    if isinstance(value, Fraction):
        return half_up(value, places)
    if isinstance(value, list):
        return [plain(row, places) for row in value]
    if isinstance(value, dict):
        return {name: plain(inner, places) for name, inner in value.items()}
    return value


def score(instrument: Instrument, inputs: Any, person: Mapping[str, Any] | None = None, want: str | None = None,
          tables: Sequence[Fact] = (), path: str = "inputs") -> Scored:  # fmt: skip
    """Score one entry.

    `inputs` as the instrument's file names them, or `{"score": n}`; `person` the keys of `PERSON_KEYS`, beside or in
    the inputs; `tables` the norm tables of the instrument. Errors are findings; nothing raises for a bad answer.
    """
    if not isinstance(inputs, dict):
        finding = error(
            "BAD_VALUE", f"{path} is no object of answers.", where=path, found=str(inputs)[:80], expected="{...}"
        )
        return _nothing(instrument, {}, Person(), want, path, [finding])
    given = {name: inputs.get(name, (person or {}).get(name)) for name in PERSON_KEYS}
    someone, findings = read_person(given)
    want = instrument.asked(want)
    entry = Entry(instrument, inputs, someone, want, path)
    results = entry.results
    if want is not None and want not in results:
        names = ", ".join(results)
        wrong = error(
            "NO_SUCH_SCORE",
            f"{instrument.fact.label} has no result {want!r}.",
            where="want",
            found=want,
            expected=names,
        )
        return _nothing(instrument, inputs, someone, want, path, [*findings, wrong])
    _unknown_keys(entry)
    outcome = _outcome(entry)
    if entry.voids_score():
        outcome.score = None
    _count(entry, outcome)
    _check_wanted(entry, outcome)
    thresholds.check_band(entry, outcome)
    norms = norm_tables.norms(entry, outcome, tables)
    return Scored(instrument, entry, outcome, thresholds.band(entry, outcome),
                  tuple(thresholds.cutoffs(entry, outcome, norms)), tuple(norms), (*findings, *entry.findings(outcome.score is not None)))  # fmt: skip


def _count(entry: Entry, outcome: Outcome) -> None:
    """How many items were answered, also where they are too few: `9 of 11` says what is missing."""
    if outcome.answered is None and outcome.status is None and "items" in entry.counted:
        outcome.answered, outcome.of = entry.counted["items"]


def _check_wanted(entry: Entry, outcome: Outcome) -> None:
    """Note that the result asked for is missing where nothing said so yet."""
    want = entry.want
    if want is None or outcome.status or blocks(entry.findings()):
        return
    if (outcome.score if want == "score" else outcome.parts.get(want)) is None:
        entry.missing(want, f"{want} cannot be made from what was given.", (want,))


def _nothing(instrument: Instrument, inputs: dict[str, Any], person: Person, want: str | None, path: str, findings: list[Finding]) -> Scored:  # fmt: skip
    entry = Entry(instrument, inputs, person, want, path)
    return Scored(instrument, entry, Outcome(), None, (), (), tuple(findings))


def _outcome(entry: Entry) -> Outcome:
    """The outcome of the entry's shape, of a known total, or of a status."""
    inputs, spec = entry.inputs, entry.instrument.score
    if not entry.check_choices():
        return Outcome()
    status = inputs.get("status")
    if status is not None:
        if status in STATUSES:
            return Outcome(status=status)
        entry.error("INVALID_VALUE", f"status is {status!r}; it is one of {', '.join(STATUSES)}.", "status", found=str(status),
                    expected="|".join(STATUSES))  # fmt: skip
        return Outcome()
    if entry.instrument.fact.about.get("score_entry_only") and "items" in inputs:
        entry.error("LICENSED_ITEMS_REFUSED", "This instrument is licensed: only its results are entered, not its items.",
                    "items", try_="Enter the totals from your licensed form.")  # fmt: skip
        return Outcome()
    shape = SHAPES[spec["rule"]]
    if spec["rule"] == "angle" and inputs.get("end_deg") is None and inputs.get("score") is not None:
        # the end angle is the score: a known one still has its start
        entry.inputs = {**inputs, "end_deg": inputs["score"]}
        return _in_range(entry, shape(entry))
    if inputs.get("score") is None or spec.get("input") == "score":
        return _in_range(entry, shape(entry))
    if not _has_answers(entry):
        return known.known_total(entry)
    outcome = _in_range(entry, shape(entry))
    total = known.known_total(entry) if outcome.score is not None else Outcome()
    if total.score is not None and outcome.score is not None and half_up(total.score) != half_up(outcome.score):
        entered.disagree(entry, "score", total.score, outcome.score)
        outcome.score = None
    return outcome


def _has_answers(entry: Entry) -> bool:
    """Whether answers stand beside the known total; what only qualifies it (side, distance, the person) is no answer."""
    score = entry.instrument.score
    named = [
        score.get("input"),
        score.get("list"),
        score.get("total_input"),
        *score.get("converted", {}),
        *score.get("parts", ()),
    ]
    named += [row["name"] for row in (*score.get("entries", ()), *entry.instrument.rows("scale"))]
    named += [row["input"] for row in (*score.get("holds", ()), *score.get("chair", ()))]
    return any(entry.inputs.get(name) is not None for name in ("items", *named) if name)


def _in_range(entry: Entry, outcome: Outcome) -> Outcome:
    """A score outside the instrument's range comes from a wrong entry: refuse it."""
    if outcome.score is None or entry.instrument.fact.about.get("range_of") or not entry.instrument.has_score:
        return outcome
    low, high = entry.limits
    if low <= outcome.score <= high:
        return outcome
    entry.error("OUT_OF_RANGE", f"The score would be {shown(outcome.score)}; the range is {shown(low)} to {shown(high)}.",
                "score", found=half_up(outcome.score), expected=f"{shown(low)}-{shown(high)}")  # fmt: skip
    return Outcome()


def _unknown_keys(entry: Entry) -> None:
    score = entry.instrument.score
    known_names = {"score", "status", "unit", *PERSON_KEYS, *entry.instrument.fact.about["inputs"], *score.get("choices", {}),
                   *score.get("alike", ())}  # fmt: skip
    if entry.instrument.fact.about.get("score_entry_only"):
        known_names.add("items")
    for name in entry.inputs.keys() - known_names:
        expected = ", ".join(entry.instrument.fact.about["inputs"])
        entry.noted.append(((), warning("UNKNOWN_KEY", f"{name!r} is not read for this instrument.", where=f"{entry.path}.{name}",
                                        found=name, expected=expected)))  # fmt: skip
