"""Facts into rule values: the compiled lexicon, functions, conditions, flags, cues and thresholds. Reads no files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from regain.reference.rules import Fact, Value
from regain.referrals.rules.flags import AgeRule, Flag, Limit
from regain.referrals.rules.patterns import Lexicon
from regain.referrals.rules.reading import Cue, Frame, Grammar
from regain.referrals.rules.scoring import Condition, Function, Scoring
from regain.referrals.rules.sentences import Layout, Section
from regain.referrals.rules.values import State, Urgency
from regain.referrals.rules.words import Stemmer

_PUBLIC = {"functions": "function-map"}  # the name the contract gives it


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything the recommendation stands on."""

    disciplines: tuple[str, ...]
    lexicon: Lexicon
    grammar: Grammar
    functions: Mapping[str, Function]
    conditions: Mapping[str, Condition]
    flags: tuple[Flag, ...]
    plans: Mapping[str, tuple[str | None, str | None]]
    scoring: Scoring
    wording: Mapping[str, str]
    screens: Mapping[str, str]
    ages: tuple[tuple[re.Pattern[str], float], ...]
    languages: Mapping[str, frozenset[str]]
    letter_words: frozenset[str]
    units: Mapping[str, float]
    versions: Mapping[str, str]
    version: str


def knowledge(found: Iterable[Fact]) -> Knowledge:
    """The knowledge in the facts of `referrals`; a missing one raises KeyError with its name."""
    by_name = {fact.id.removeprefix("referrals/"): fact for fact in found}
    functions = by_name["functions"]
    words = {value["key"]: value for value in by_name["lexicon"].latest()}
    lexicon = _lexicon(words, by_name["scoring"])
    scoring = _scoring(by_name["scoring"])
    _add_patterns(lexicon, by_name)
    return Knowledge(
        disciplines=tuple(by_name["scoring"].about["disciplines"]),
        lexicon=lexicon,
        grammar=_grammar(by_name, lexicon, scoring, frozenset(words["able_forms"]["phrases"])),
        functions={value["key"]: _function(value, by_name) for value in functions.latest()},
        conditions={value["key"]: _condition(value) for value in by_name["conditions"].latest()},
        flags=tuple(_flag(value) for value in by_name["red_flags"].latest()),
        plans={
            v["key"]: (v.get("needs"), v.get("unless")) for v in by_name["modifiers"].latest() if v["kind"] == "plan"
        },
        scoring=scoring,
        wording={value["key"]: value["text"] for value in by_name["wording"].latest()},
        screens={value["key"]: value["text"] for value in by_name["wording"].latest() if value.get("screen")},
        ages=tuple((re.compile(p["regex"], re.IGNORECASE), float(p["years"])) for p in words["ages"]["patterns"]),
        languages={name: frozenset(stop.split()) for name, stop in words["languages"]["stopwords"].items()},
        letter_words=frozenset(lexicon.stemmer(word) for word in words["letter_words"]["phrases"]),
        units=words["age_units"]["years"],
        versions={_PUBLIC.get(name, name): fact.version for name, fact in sorted(by_name.items())},
        version=str(by_name["scoring"].about["version"]),
    )


def _lexicon(words: Mapping[str, Value], scoring: Fact) -> Lexicon:
    numbers = tuple((row["low"], row["high"], row["stem"]) for row in words["number_classes"]["classes"])
    stemmer = Stemmer(words["forms"]["map"], words["spellings"]["map"], numbers)
    stemmer.leave(words["real_words"]["phrases"])
    fillers = frozenset(stemmer(word) for word in words["fillers"]["phrases"])
    groups = {key.removeprefix("group."): value["phrases"] for key, value in words.items() if key.startswith("group.")}
    values = {value["key"]: value for value in scoring.latest()}
    return Lexicon(stemmer, fillers, groups, int(values["window"]["value"]))


def _add_patterns(lexicon: Lexicon, by_name: Mapping[str, Fact]) -> None:
    for row in by_name["functions"].latest():
        lexicon.add(("function", row["key"]), row.get("says", ()))
        lexicon.add(("activity", row["key"]), row.get("does", ()))
    for row in by_name["function_words"].latest():
        lexicon.add(("function", row["key"]), row.get("says", ()))
        lexicon.add(("activity", row["key"]), row.get("does", ()))
    for row in by_name["conditions"].latest():
        lexicon.add(("condition", row["key"]), row["synonyms"])
        lexicon.add(("condition", row["key"], "short"), row.get("abbreviations", ()))
    for row in by_name["red_flags"].latest():
        for role in ("fires", "weak", "context", "near", "cleared", "unless"):
            lexicon.add(("flag", row["key"], role), row.get(role, ()))
        for number, rule in enumerate(row.get("age_rules", ())):
            for part, patterns in enumerate(rule["all"]):
                lexicon.add(("flag", row["key"], f"age{number}.{part}"), patterns)
    for row in by_name["modifiers"].latest():
        kind = row["kind"]
        lexicon.add((kind, row["key"]), row["phrases"])
        if row.get("shield"):
            lexicon.shield(row["phrases"])
        if kind == "mask":
            lexicon.mask(row["phrases"])
    for row in by_name["orders"].latest():
        lexicon.add((row["kind"], row["key"]), row["phrases"])


def _grammar(by_name: Mapping[str, Fact], lexicon: Lexicon, scoring: Scoring, able_forms: frozenset[str]) -> Grammar:  # fmt: skip
    rows = by_name["modifiers"].latest()
    cues = {
        row["key"]: Cue(row["key"], State(row["state"]) if row.get("state") else None, row["direction"], row["reach"],
                        row["commas"], tuple(row.get("owners", ())), bool(row.get("inside")))
        for row in rows if row["kind"] == "cue"
    }  # fmt: skip
    frames = {row["key"]: Frame(row["key"], row["severity"]) for row in rows if row["kind"] == "frame"}
    severities = {row["key"]: row["severity"] for row in rows if row["kind"] == "severity"}
    layout = _layout(by_name["sections"], scoring)
    activities = tuple(scoring.values["activity_codes"])
    joiners = frozenset(lexicon.stemmer(word) for word in scoring.values["list_joiners"])
    return Grammar(layout, cues, frames, severities, int(scoring.values["frame_window"]),
                   int(scoring.values["severity_window"]), joiners, activities, able_forms)  # fmt: skip


def _layout(fact: Fact, scoring: Scoring) -> Layout:
    kinds = {}
    by_heading = {}
    for row in fact.latest():
        section = Section(row["key"], row["weight"], row["activity_weight"], row.get("state"))
        kinds[row["key"]] = section
        for heading in row["headings"]:
            by_heading[heading] = section
    return Layout(by_heading, kinds["unheaded"], kinds["opening"], kinds["listed"], frozenset(scoring.values["sentence_abbreviations"]),
                  frozenset(scoring.values["core_sections"]), int(scoring.values["short_letter"]))  # fmt: skip


def _function(value: Value, by_name: Mapping[str, Fact]) -> Function:
    return Function(
        value["key"], value["label"], value["chapter"], value["weights"], value["why"], value.sources[0],
        str(value.certainty), value["key"].startswith("s"), frozenset(value.get("regions", ())),
        frozenset(value.get("yields_to", ())), frozenset(value.get("groups", ())),
    )  # fmt: skip


def _condition(value: Value) -> Condition:
    return Condition(value["key"], value["name"], value["weights"], bool(value.get("start_both")), value["ages"],
                     value["usual_course"], value["focus"], value.sources[0], str(value.certainty))  # fmt: skip


def _flag(value: Value) -> Flag:
    limits = tuple(
        Limit(re.compile(row["regex"], re.IGNORECASE), tuple(row.get("above", ())), tuple(row.get("below", ())))
        for row in value.get("limits", ())
    )  # fmt: skip
    ages = tuple(AgeRule(len(row["all"]), row.get("age_from", 0.0), row.get("age_to", 200.0)) for row in value.get("age_rules", ()))  # fmt: skip
    return Flag(value["key"], value["name"], Urgency(value["action"]), value["do"], value["question"],
                value.sources[0], str(value.certainty), bool(value.get("context_past")),
                float(value.get("under_age", 200.0)), limits, ages)  # fmt: skip


def _scoring(fact: Fact) -> Scoring:
    values = {row["key"]: row["value"] for row in fact.latest()}
    multipliers = {number: float(value) for number, value in enumerate(values["severity_multipliers"])}
    return Scoring(
        multipliers, int(values["default_severity"]), values["chapter_cap"], values["condition_share"],
        values["condition_most"], values["need_structured"], values["need_text"], values["both_ratio"],
        values["both_alone"], values["lead_text"], values["near_line"], values["adult_from"], values["plan"], values,
    )  # fmt: skip
