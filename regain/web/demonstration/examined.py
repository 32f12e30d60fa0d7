"""Answers, angles, strength and a body chart of two people of the demonstration, at the first and the last visit of one discipline."""

from __future__ import annotations

from typing import Any

from regain.episodes.models import Episode
from regain.outcomes.actions import record_examination, record_joint, record_score
from regain.outcomes.rules.examined import Kind
from regain.reference.rules import blocks
from regain.visits.models import Visit
from regain.web.demonstration.care import Team

CHOSEN = ("Button a shirt", "Cook soup for two", "Carry a full cup to the table")


def examine(team: Team) -> None:
    """A shoulder after a stroke and a wrist after a fracture."""
    for family, discipline, take in (("Pelletier", "OT", _shoulder), ("Kimball", "OT", _wrist)):
        for episode in Episode.objects.of(team.members["owner"]).filter(patient__family=family).select_related("patient"):  # fmt: skip
            visits = list(Visit.objects.of(episode.organization_id).filter(episode=episode, discipline=discipline).select_related("practitioner__membership").order_by("on"))  # fmt: skip
            for later, visit in enumerate(dict.fromkeys((visits[0], visits[-1])) if visits else ()):
                common = {"episode": episode, "taken_on": visit.on, "by": visit.practitioner.membership, "discipline": discipline,
                          "at": team.at(visit.on, 17)}  # fmt: skip
                for findings in take(bool(later), common):
                    if blocks(findings):
                        raise ValueError(f"{family}: {[f.message for f in findings]}")


def _shoulder(later: bool, common: dict[str, Any]):
    ratings = (6, 5, 4) if later else (3, 2, 1)
    rows = [{"label": label, "rating": rating} for label, rating in zip(CHOSEN, ratings, strict=True)]
    yield record_score(measure="psfs", inputs={"activities": rows}, **common)[1]
    yield record_score(measure="nprs", inputs={"value": 2 if later else 5, "timeframe": "week"}, note="" if later else "Shoulder, at night", **common)[1]  # fmt: skip
    angles = [_angle("shoulder", "flexion", "active", 105 if later else 70), _angle("shoulder", "flexion", "passive", 150 if later else 135),
              _angle("shoulder", "abduction", "active", 90 if later else 60)]  # fmt: skip
    grades = [
        {"joint": "shoulder", "motion": motion, "side": "left", "grade": "4-" if later else "3-"}
        for motion in ("flexion", "abduction")
    ]
    yield record_joint(angles=angles, grades=grades, **common)[1]
    marks = [{"region": "front-shoulder-left", "mark": "pain", "level": 2 if later else 5}, {"region": "front-hand-left", "mark": "numb", "level": None}]  # fmt: skip
    yield record_examination(kind=Kind.BODY, found=marks, **common)[1]


def _wrist(later: bool, common: dict[str, Any]):
    angles = [_angle("wrist", "flexion", "active", 55 if later else 30), _angle("wrist", "extension", "active", 50 if later else 25)]  # fmt: skip
    yield record_joint(angles=angles, grades=[], **common)[1]
    trials = [17, 18, 17] if later else [8, 9, 8]
    yield record_score(measure="grip", inputs={"trials": trials, "unit": "kg", "side": "left", "dominant": "right"}, **common)[1]  # fmt: skip


def _angle(joint: str, motion: str, mode: str, end: int) -> dict[str, Any]:
    return {"joint": joint, "motion": motion, "mode": mode, "side": "left", "end_deg": end}
