"""The gallery shows every component in every state, and the tokens can be read in light and in dark."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

UI = Path(__file__).resolve().parents[2] / "regain" / "ui"
KIT = (UI / "jinja2" / "ui" / "kit.html").read_text()
GALLERY = (UI / "jinja2" / "ui" / "gallery.html").read_text()
CSS = (UI / "static" / "ui" / "regain.css").read_text()
# parts of a component that no page calls by itself, with the component that shows them
PARTS = {"optional": "field", "field_notes": "field", "field_errors": "field", "finding": "findings"}


def test_every_component_of_the_kit_is_shown():
    known = set(re.findall(r"{%-? ?macro (\w+)\(", KIT))
    shown = set(re.findall(r"\bui\.(\w+)\(", GALLERY))
    assert known - PARTS.keys() - shown == set()
    assert PARTS.keys() <= known
    assert set(PARTS.values()) <= shown


STATES = [
    *(f"chip {tone}" for tone in ("good", "warn", "stop")), *(f"finding {tone}" for tone in ("stop", "warn", "info", "good")),
    *(f"shape-{shape}" for shape in ("square", "disc", "diamond", "triangle")), 'aria-invalid="true"', 'class="optional"', 'class="hint"',
    'aria-current="page"', 'type="radio"', 'type="checkbox"', "<select", "<textarea", 'type="file"', "not rated yet", "course-figure", "Nothing was saved yet",
    "Somebody else saved this first", "No referrals yet", ">recalled<", ">product rule<",
]  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_shown(client, state):
    assert state in client.get("/gallery").content.decode()


def test_a_discipline_is_marked_by_shape_and_letters_never_by_colour_alone(client):
    marks = re.findall(
        r'<span class="who shape-(\w+) tone-(\w+)">([^<]*)</span>', client.get("/gallery").content.decode()
    )
    assert marks
    assert all(text.strip() for _, _, text in marks)
    shapes = {tone: shape for shape, tone, _ in marks}
    assert len(set(shapes.values())) == len(shapes)


def tokens(scheme: int) -> dict[str, str]:
    """Every colour token in one scheme: 0 light, 1 dark."""
    return {name: pair[scheme] for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", CSS)}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT = [(ink, ground) for ground in ("paper", "card", "sunk") for ink in ("ink", "ink-2", "ot", "pt", "accent", "stop")] + [
    ("ink", f"{name}-wash") for name in ("ot", "pt", "accent", "good", "warn", "stop")
] + [("ink-2", "ot-wash"), ("ink-2", "pt-wash"), ("ink-2", "good-wash")] + [(name, f"{name}-wash") for name in ("ot", "pt", "accent", "good", "warn", "stop")] + [("paper", "ink")]  # fmt: skip


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_pair_of_words_and_ground_reaches_aa(scheme):
    known = tokens(scheme)
    low = {
        pair: round(contrast(known[pair[0]], known[pair[1]]), 2)
        for pair in TEXT
        if contrast(known[pair[0]], known[pair[1]]) < 4.5
    }
    assert low == {}
    lines = {ground: round(contrast(known["line-strong"], known[ground]), 2) for ground in ("paper", "card", "sunk")}
    assert {ground: ratio for ground, ratio in lines.items() if ratio < 3} == {}


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    greys = ["#000000", "#777777", "#ffffff"]
    assert all(contrast(a, b) > 1 for a, b in pairwise(greys))
