"""Modifiers of a claim line: which a person may add, which may stand together, in which order they go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from regain.reference.rules import Finding, error, warning

SEPARATE = frozenset({"59", "XE", "XP", "XS", "XU"})
MOST = 4


@dataclass(frozen=True, slots=True)
class Modifier:
    """One modifier as its fact says. `group` decides its place, `never_with` what excludes it, `needs` what it rests on."""

    key: str
    label: str
    group: str
    given_by: str
    never_with: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    source: str = ""


def modifiers_of(values: Iterable[Mapping[str, Any]]) -> dict[str, Modifier]:
    """The values of `billing/modifiers` by key, in the order they go on a line."""
    return {
        value["key"]: Modifier(value["key"], value["label"], value["group"], value["given_by"], tuple(value.get("never_with", ())),
                               tuple(value.get("needs", ())), value.sources[0] if hasattr(value, "sources") else "")
        for value in values
    }  # fmt: skip


def in_order(given: Iterable[str], known: Mapping[str, Modifier], groups: Sequence[str]) -> list[str]:
    """Modifiers once each, by the payer's order of groups; those nobody knows last.

    >>> facts = {"KX": Modifier("KX", "", "threshold", "rule"), "GP": Modifier("GP", "", "plan", "rule")}
    >>> in_order(["KX", "GP", "KX"], facts, ["plan", "threshold"])
    ['GP', 'KX']
    """
    order = {group: n for n, group in enumerate(groups)}
    place = {key: order.get(known[key].group, len(order)) if key in known else len(order) + 1 for key in given}
    return sorted(dict.fromkeys(given), key=place.__getitem__)


def check_modifiers(
    code: str, modifiers: Sequence[str], known: Mapping[str, Modifier], covered: bool
) -> Iterator[Finding]:
    """What is wrong with the modifiers of one line. `covered`: whether the payer ever pays for the code."""
    here = {"where": f"{code}.modifiers", "found": " ".join(modifiers)}
    for key in (key for key in modifiers if key not in known):
        yield error("MODIFIER_UNKNOWN", f"{code} carries {key}, which is no modifier known here.", expected=", ".join(known),
                    try_="Correct it, or add it to the facts.", source="837P limits", **here)  # fmt: skip
    present = [known[key] for key in modifiers if key in known]
    for n, one in enumerate(present):
        for other in (other.key for other in present[:n] if other.key in one.never_with or one.key in other.never_with):
            yield error("MODIFIERS_CONFLICT", f"{one.key} ({one.label}) and {other} ({known[other].label}) exclude each other on {code}.",
                        try_="Keep the one that is true.", source=one.source, **here)  # fmt: skip
        if one.needs and not set(one.needs) & {*modifiers}:
            yield error("MODIFIER_UNPAIRED", f"{one.key} on {code} goes with {' or '.join(one.needs)} on the same line.", expected=" or ".join(one.needs),
                        try_="Bill the line under the discipline's plan.", source=one.source, **here)  # fmt: skip
        if one.group == "liability" and one.key == "GX" and covered:
            yield error("MODIFIER_ON_COVERED", f"GX on {code} says the payer never covers it, and it does: the line would be denied.",
                        try_="Use GA with a required notice, or take GX off.", source=one.source, **here)  # fmt: skip
        if one.key == "GZ":
            yield warning("DENIAL_EXPECTED", f"GZ on {code}: the payer denies the line and the clinic may not bill the patient.",
                          try_="Give the notice before the service next time.", source=one.source, **here)  # fmt: skip
    if len(modifiers) > MOST:
        yield error("TOO_MANY_MODIFIERS", f"{code} has {len(modifiers)} modifiers; a line carries {MOST}.", expected=f"up to {MOST}",
                    try_="Keep those that change payment.", source="837P limits", **here)  # fmt: skip
