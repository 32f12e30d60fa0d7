"""A person from the front and from the back, our own drawing: places by key, and the marks on them. No script, no style."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT = 200, 440


@dataclass(frozen=True, slots=True)
class Place:
    """One place of the body: where it is seen, what it is called, its outline and where its letter stands."""

    key: str
    label: str
    view: str
    shape: str
    x: float
    y: float


# one half of each view, as (key, label, middle or side, box: left, top, width, height); the other half is its mirror image
_HALF: dict[str, list[tuple[str, str, bool, tuple[float, float, float, float]]]] = {
    "front": [
        ("head", "head and face", False, (80, 8, 40, 48)), ("neck", "front of the neck", False, (89, 58, 22, 14)),
        ("shoulder", "shoulder", True, (46, 76, 26, 26)), ("chest", "chest", True, (74, 76, 25, 44)),
        ("upper_arm", "upper arm", True, (40, 104, 24, 46)), ("elbow", "inside of the elbow", True, (36, 152, 24, 18)),
        ("forearm", "forearm", True, (30, 172, 24, 44)), ("hand", "palm and fingers", True, (20, 218, 26, 36)),
        ("belly", "belly", True, (74, 122, 25, 50)), ("hip", "hip and groin", True, (70, 174, 29, 34)),
        ("thigh", "front of the thigh", True, (68, 210, 30, 72)), ("knee", "knee", True, (70, 284, 26, 24)),
        ("shin", "shin", True, (71, 310, 24, 74)), ("foot", "top of the foot", True, (66, 386, 29, 34)),
    ],
    "back": [
        ("head", "back of the head", False, (80, 8, 40, 48)), ("neck", "back of the neck", False, (89, 58, 22, 14)),
        ("shoulder", "back of the shoulder", True, (46, 76, 26, 26)), ("upper_back", "upper back", True, (74, 76, 25, 50)),
        ("upper_arm", "back of the upper arm", True, (40, 104, 24, 46)), ("elbow", "elbow", True, (36, 152, 24, 18)),
        ("forearm", "back of the forearm", True, (30, 172, 24, 44)), ("hand", "back of the hand", True, (20, 218, 26, 36)),
        ("low_back", "low back", True, (74, 128, 25, 46)), ("buttock", "buttock", True, (70, 176, 29, 36)),
        ("thigh", "back of the thigh", True, (68, 214, 30, 68)), ("knee", "hollow of the knee", True, (70, 284, 26, 24)),
        ("calf", "calf", True, (71, 310, 24, 70)), ("heel", "heel and sole", True, (68, 382, 26, 38)),
    ],
}  # fmt: skip


def _places() -> dict[str, Place]:
    found: dict[str, Place] = {}
    for view, rows in _HALF.items():
        for key, label, paired, (left, top, wide, high) in rows:
            # seen from the front a person's right is on the left of the page
            halves = (("right", left), ("left", WIDTH - left - wide)) if view == "front" else (("left", left), ("right", WIDTH - left - wide))  # fmt: skip
            for side, start in halves if paired else (("", left),):
                name = f"{view}-{key}{'-' if side else ''}{side}"
                words = f"{side} {label}".strip()
                round_ = min(wide, high) * 0.4
                shape = f'x="{start:g}" y="{top:g}" width="{wide:g}" height="{high:g}" rx="{round_:g}"'
                found[name] = Place(name, words, view, shape, start + wide / 2, top + high / 2 + 5)
    return found


PLACES = _places()


def drawing(view: str, letters: Mapping[str, str]) -> Markup:
    """One view with a letter at each marked place. The list beside it says the same, so readers of a screen skip the drawing."""
    body = Markup("").join(
        Markup('<g class="place{}" data-place="{}"><rect {}/><text x="{}" y="{}" text-anchor="middle">{}</text></g>').format(
            " marked" if place.key in letters else "", place.key, Markup(place.shape), round(place.x, 1), round(place.y, 1), letters.get(place.key, ""))
        for place in PLACES.values() if place.view == view
    )  # fmt: skip
    sides = ("R", "L") if view == "front" else ("L", "R")
    ends = Markup("").join(
        Markup('<text class="side" x="{}" y="20" text-anchor="middle">{}</text>').format(x, side) for x, side in zip((14, 186), sides, strict=True)
    )  # fmt: skip
    return Markup('<svg class="body-chart" viewBox="0 0 {} {}" aria-hidden="true">{}{}</svg>').format(WIDTH, HEIGHT, body, ends)  # fmt: skip
