"""Reads of careers: the professions side by side, the path to a license, the questionnaire, all from facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regain.careers.rules import Block, Sides
from regain.reference.facts import fact

BLOCKS = ("interests", "values", "skills")


def comparison(occupations: list[str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Groups of topics, each with one cell an occupation (None where nothing was found), in the order of the file."""
    groups: dict[str, dict[str, dict[str, Any]]] = {}
    for value in fact("careers/occupations").latest():
        if value["occupation"] in occupations:
            topics = groups.setdefault(value["group"], {})
            row = topics.setdefault(value["topic"], {"label": value["label"], "unit": value["in_unit"], "cells": dict.fromkeys(occupations)})  # fmt: skip
            row["cells"][value["occupation"]] = value
    return [(group, list(topics.values())) for group, topics in groups.items()]


def numbered_sources() -> dict[str, tuple[int, Any]]:
    """The comparison's sources with the number the page cites each by."""
    return {key: (n, source) for n, (key, source) in enumerate(fact("careers/occupations").sources.items(), 1)}


def path_to_license(occupation: str):
    """The steps of one occupation."""
    return next((value for value in fact("careers/path").latest() if value["key"] == occupation), None)


def questionnaire() -> dict[str, Any]:
    """The questionnaire's parts by key."""
    return {value["key"]: value for value in fact("careers/questionnaire").latest()}


def sides() -> Sides:
    """The professions at the two ends of the line."""
    about = fact("careers/questionnaire").about["sides"]
    return Sides(about["negative"], about["positive"])


def blocks_of(known: Mapping[str, Any], answers: Mapping[str, list[list[int]]]) -> dict[str, Block]:
    """Answers by block, item and question as the rule's values: an item's answer is the mean of its questions."""
    return {
        name: Block([sum(given) / len(given) for given in answers[name]], known[name]["diff_pt_minus_ot"], known[name]["weight"])
        for name in BLOCKS
    }  # fmt: skip
