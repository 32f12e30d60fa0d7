"""Clinical words live in facts: none of a fact's phrases stands in the code of the reader."""

from __future__ import annotations

import ast
from pathlib import Path

from regain.reference.facts import fact, facts
from tests.referrals.factories import known

RULES = Path(__file__).resolve().parents[2] / "regain" / "referrals" / "rules"
_GENERAL = {
    "other",
    "list",
    "text",
    "before",
    "after",
    "both",
    "condition",
    "function",
    "flag",
    "points",
    "history",
    "reach",
    "reading",
    "routine",
}  # keys and states, no phrases


def _strings(path: Path) -> set[str]:
    """Every string literal of a module that is not a docstring."""
    tree = ast.parse(path.read_text())
    documented = {id(n.body[0].value) for n in ast.walk(tree)
                  if isinstance(n, ast.Module | ast.ClassDef | ast.FunctionDef) and n.body and isinstance(n.body[0], ast.Expr)}  # fmt: skip
    return {
        n.value.lower()
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in documented
    }


def test_no_clinical_phrase_stands_in_code():
    phrases = set()
    for subject in ("function_words", "red_flags", "conditions"):
        for value in fact(f"referrals/{subject}").latest():
            for role in ("says", "does", "fires", "weak", "synonyms"):
                phrases |= {p.lower() for p in value.get(role, ())}
    found = {text for path in RULES.glob("*.py") for text in _strings(path)} & phrases - _GENERAL
    assert found == set()


def test_every_category_flag_and_condition_of_the_map_is_there():
    assert (
        len([c for c in known().functions if not c.endswith("h") or c in ("b7100h", "b7300h", "b7602h")]),
        len(known().flags),
        len(known().conditions),
    ) == (159, 42, 77)


def test_every_pattern_compiles_and_every_source_has_a_day():
    assert len(known().lexicon._atoms) > 4000
    assert all(source.as_of for found in facts("referrals") for source in found.sources.values())


def test_disciplines_are_data():
    """No module of the reader names a discipline."""
    named = {text for path in RULES.glob("*.py") for text in _strings(path)} & {"ot", "pt", "slp"}
    assert named == set()
