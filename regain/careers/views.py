"""OT beside PT as professions, the path to a license, and a questionnaire whose scoring is open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regain.careers import queries
from regain.careers.rules import Lean, lean
from regain.credentials.queries import discipline_of_kind, jurisdictions, known_of_state
from regain.organizations.access import public
from regain.organizations.queries import disciplines
from regain.reference.facts import fact


def _professions() -> list[str]:
    """The two professions the comparison is about, in the order of the disciplines."""
    sides = queries.sides()
    return [key for key in disciplines() if key in (sides.negative, sides.positive)]


@public
def compare(request: HttpRequest) -> HttpResponse:
    """The comparison, row by row, each value with its source, date and certainty; assistants beside."""
    known = fact("careers/occupations")
    both = _professions()
    assistants = [disciplines()[key]["license_kinds"]["assistant"] for key in both]
    context = {
        "groups": queries.comparison(both), "occupations": both, "disciplines": disciplines(), "about": known.about,
        "assistants": assistants, "assistant_groups": queries.comparison(assistants), "sources": queries.numbered_sources(),
    }  # fmt: skip
    return render(request, "careers/compare.html", context)


@public
def path(request: HttpRequest) -> HttpResponse:
    """What stands between a person and a license, and what is known of it in one state."""
    states = jurisdictions()
    state = request.GET.get("state", "").strip().upper()
    kinds = [kind for key in _professions() for kind in disciplines()[key]["license_kinds"].values()]
    steps = [(kind, discipline_of_kind(kind), queries.path_to_license(kind)) for kind in kinds]
    context = {
        "states": states, "state": state if state in states else "", "unknown": state if state and state not in states else "",
        "steps": [row for row in steps if row[2]], "disciplines": disciplines(), "source": next(iter(fact("careers/path").sources.values())),
        "known": known_of_state(state, kinds, request.now.date()) if state in states else [],
    }  # fmt: skip
    return render(request, "careers/path.html", context, status=404 if context["unknown"] else 200)


@public
def questions(request: HttpRequest) -> HttpResponse:
    """The questionnaire; answers stay in the address, nothing is stored."""
    known = queries.questionnaire()
    blocks = [
        (
            name,
            [(item, f"{name}-{n}-{k}") for n, items in enumerate(known[name]["items"]) for k, item in enumerate(items)],
        )
        for name in queries.BLOCKS
    ]
    result = _result(request, known) if request.GET else None
    context = {
        "blocks": blocks, "pairs": known["tasks"]["pairs"], "result": result, "answers": request.GET, "about": fact("careers/questionnaire").about,
        "moved": [_words(known, move) for move in result.moves] if result else [], "sides": queries.sides(), "disciplines": disciplines(),
        "weights": [(name, known[name]["weight"]) for name in (*queries.BLOCKS, "tasks")],
    }  # fmt: skip
    return render(request, "careers/questions.html", context)


def _result(request: HttpRequest, known) -> Lean:
    answers = {
        name: [
            [_one_to_five(request.GET.get(f"{name}-{n}-{k}")) for k in range(len(items))]
            for n, items in enumerate(known[name]["items"])
        ]
        for name in queries.BLOCKS
    }
    sides = queries.sides()
    tasks = [{"1": 1, "-1": -1}.get(request.GET.get(pair["id"], ""), 0) for pair in known["tasks"]["pairs"]]
    profiles = [known["profiles"][sides.negative], known["profiles"][sides.positive]]
    return lean(queries.blocks_of(known, answers), tasks, known["tasks"]["weight"], profiles, sides)


def _words(known, move) -> tuple[str, str]:
    """An answer that moved the whole, in words, and towards which side."""
    sides = queries.sides()
    side = sides.positive if move.share > 0 else sides.negative
    if move.block == "tasks":
        pair = known["tasks"]["pairs"][move.place]
        return pair["positive" if move.share > 0 else "negative"], side
    return " ".join(known[move.block]["items"][move.place]), side


def _one_to_five(text: str | None) -> int:
    """An answer left out counts as the middle."""
    return int(text) if text in {"1", "2", "3", "4", "5"} else 3
