"""OT beside PT as professions, with dated sources, and a questionnaire whose scoring is open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from regain.careers.rules import Block, lean
from regain.organizations.access import public
from regain.organizations.queries import disciplines
from regain.reference.facts import fact

BLOCKS = ("interests", "values", "skills")


@public
def compare(request: HttpRequest) -> HttpResponse:
    """The comparison, row by row, each with source, date and certainty."""
    known = fact("careers/occupations")
    topics: dict[str, dict] = {}
    for value in known.latest():
        topics.setdefault(value["topic"], {"label": value["label"], "unit": value["in_unit"], "cells": {}})["cells"][
            value["occupation"]
        ] = value
    occupations = sorted({value["occupation"] for value in known.latest()})
    return render(
        request,
        "careers/compare.html",
        {"topics": topics, "occupations": occupations, "sources": known.sources, "disciplines": disciplines()},
    )


@public
def questions(request: HttpRequest) -> HttpResponse:
    """The questionnaire; answers stay in the address, nothing is stored."""
    known = {value["key"]: value for value in fact("careers/questionnaire").latest()}
    blocks = [
        (
            name,
            [(item, f"{name}-{n}-{k}") for n, items in enumerate(known[name]["items"]) for k, item in enumerate(items)],
        )
        for name in BLOCKS
    ]
    pairs = known["tasks"]["pairs"]
    result = _result(request, known) if request.GET else None
    context = {
        "blocks": blocks,
        "pairs": pairs,
        "result": result,
        "answers": request.GET,
        "about": fact("careers/questionnaire").about,
    }
    return render(request, "careers/questions.html", context)


def _result(request: HttpRequest, known):
    scored = {}
    for name in BLOCKS:
        answers = [
            sum(_one_to_five(request.GET.get(f"{name}-{n}-{k}")) for k in range(len(items))) / len(items)
            for n, items in enumerate(known[name]["items"])
        ]
        scored[name] = Block(answers, known[name]["diff_pt_minus_ot"], known[name]["weight"])
    tasks = [{"pt": 1, "ot": -1}.get(request.GET.get(pair["id"], ""), 0) for pair in known["tasks"]["pairs"]]
    return lean(scored, tasks, known["tasks"]["weight"], [known["profiles"]["OT"], known["profiles"]["PT"]])


def _one_to_five(text: str | None) -> int:
    """An answer left out counts as the middle."""
    return int(text) if text in {"1", "2", "3", "4", "5"} else 3
