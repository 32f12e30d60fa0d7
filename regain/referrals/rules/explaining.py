"""Reasons, questions and notes in words. Every sentence comes from the `wording` fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regain.referrals.rules.knowledge import Knowledge
from regain.referrals.rules.values import ConditionItem, FlagItem, FlagState, FunctionItem, Profile, Reason

_MOST_NAMED = 6


def reasons_for(items: tuple[FunctionItem, ...], condition: ConditionItem | None, flags: tuple[FlagItem, ...], points: Mapping[str, float], disciplines: tuple[str, ...], plan: tuple[str, ...], known: Knowledge) -> tuple[Reason, ...]:  # fmt: skip
    """First what a physician must see, then each discipline with its strongest functions and the condition."""
    reasons = [
        Reason("physician", known.wording["reason_flag"].format(name=flag.name, text=_words(flag), do=flag.do), (flag.source,))
        for flag in flags if flag.state is FlagState.FIRED
    ]  # fmt: skip
    for name in known.disciplines:
        reason = _discipline_reason(name, items, condition, points, name in disciplines, plan, known)
        if reason:
            reasons.append(reason)
    return tuple(reasons)


def _words(flag: FlagItem) -> str:
    return " ".join(flag.quote.text.split())


def _discipline_reason(name: str, items: tuple[FunctionItem, ...], condition: ConditionItem | None, points: Mapping[str, float], is_needed: bool, plan: tuple[str, ...], known: Knowledge) -> Reason | None:  # fmt: skip
    own = sorted((i for i in items if i.counted and i.points[name] > 0), key=lambda i: (-i.points[name], i.code))
    parts = [
        known.wording["reason_item"].format(label=i.label, points=_figure(i.points[name])) for i in own[:_MOST_NAMED]
    ]
    cites = [item.source for item in own[:_MOST_NAMED]]
    if condition and condition.points[name] > 0:
        parts.append(known.wording["reason_item"].format(label=condition.name, points=_figure(condition.points[name])))
        cites.append(condition.source)
    for key in plan:
        change = known.scoring.plan.get(key, {}).get(name, 0)
        if change:
            parts.append(known.wording["reason_item"].format(label=known.wording[f"plan_{key}"], points=f"{change:+g}"))
    if condition and condition.both:
        parts.append(known.wording["reason_both"].format(name=condition.name))
        cites.append(condition.source)
    if not parts:
        return None
    key = "reason_needed" if is_needed else "reason_not_needed"
    text = known.wording[key].format(discipline=name, points=_figure(points[name]), parts="; ".join(parts))
    return Reason(name, text, tuple(dict.fromkeys(cites)))


def _figure(points: float) -> str:
    return f"{points:g}"


def questions_for(items: tuple[FunctionItem, ...], points: Mapping[str, float], line: float, flags: tuple[FlagItem, ...], disciplines: tuple[str, ...], profile: Profile, known: Knowledge) -> tuple[str, ...]:  # fmt: skip
    """What to ask next: weak flags first, then the disciplines near their line, then what is unknown."""
    asked = [flag.question for flag in flags if flag.state is FlagState.ASKED]
    wording = known.wording
    if not disciplines:
        asked += [wording["ask_self_care"], wording["ask_moving"], wording["ask_roles"]]
    else:
        for name in known.disciplines:
            if name not in disciplines and line - known.scoring.near <= points[name]:
                asked.append(wording["ask_near"].format(discipline=name, screen=wording[f"screen_{name}"]))
        if not any(item.code.startswith("d") for item in items):
            asked.append(wording["ask_function"])
    if profile.age_years is None:
        asked.append(wording["ask_age"])
    return tuple(dict.fromkeys(asked))


def notes_for(items: tuple[FunctionItem, ...], points: Mapping[str, float], line: float, flags: tuple[FlagItem, ...], disciplines: tuple[str, ...], profile: Profile, known: Knowledge) -> tuple[str, ...]:  # fmt: skip
    """Limits that belong on every answer, and those that belong on this one."""
    wording = known.wording
    notes = [wording["note_clinician"]]
    if any(flag.state is FlagState.FIRED and flag.action.overrides for flag in flags):
        notes.insert(0, wording["note_after_clearance" if disciplines else "note_flag_only"])
    if not disciplines:
        notes.append(wording["note_none"])
    if any("either" in known.functions[item.code].groups for item in items if item.counted):
        notes.append(wording["note_either"])
    if any("elsewhere" in known.functions[item.code].groups and not item.negated for item in items):
        notes.append(wording["note_elsewhere"])
    child = profile.age_years is not None and profile.age_years < known.scoring.adult_from
    if child and any("milestone" in known.functions[item.code].groups and item.counted for item in items):
        notes.append(wording["note_child"])
    for name in known.disciplines:
        if name not in disciplines and line - known.scoring.near <= points[name] < line:
            notes.append(wording["note_near"].format(discipline=name, screen=wording[f"screen_{name}"]))
    return tuple(notes)


def as_words(reply: Mapping[str, Any], known: Knowledge) -> str:
    """One answer as a short paragraph for a person."""
    wording = known.wording
    if reply.get("recommendation") is None:
        return "\n".join([f"{reply['id']}: {wording['no_answer']}", *_findings(reply)])
    head = wording[f"head_{reply['recommendation']}"].format(disciplines=" + ".join(reply["disciplines"]) or "-")
    lines = [f"{reply['id']}: {head}"]
    lines += [f"  ! {flag['name']}: {flag['do']}" for flag in reply["flags"] if flag["state"] == "fired"]
    lines += [f"  {reason['because']}" for reason in reply["reasons"] if reason["discipline"] != "physician"]
    lines += [f"  ? {question}" for question in reply["questions"][:3]]
    return "\n".join([*lines, *_findings(reply)])


def _findings(reply: Mapping[str, Any]) -> list[str]:
    return [
        f"  {finding['severity']}: {finding['message']}" + (f" {finding['try']}" if finding.get("try") else "")
        for finding in reply["findings"]
    ]  # fmt: skip


def explained(reply: Mapping[str, Any], known: Knowledge) -> str:
    """A readable account: every item used, dropped or asked, with words, points and sources."""
    lines = [as_words(reply, known)]
    if reply.get("recommendation") is None:
        return lines[0]
    wording = known.wording
    points = ", ".join(f"{name} {_figure(value)}" for name, value in reply["points"].items())
    lines.append(f"  {wording['explain_points']}: {points} ({wording['explain_confidence']} {reply['confidence']})")
    used = [item for item in reply["functions"] if item["counted"]]
    dropped = [item for item in reply["functions"] if not item["counted"]]
    lines += _listed(wording["explain_used"], [_item_line(item, wording) for item in used])
    lines += _listed(wording["explain_dropped"], [f"{_item_line(item, wording)} [{item['state']}]" for item in dropped])
    lines += _listed(wording["explain_flags"], [
        f"{flag['id']} {flag['name']}: {flag['state']} \"{_flat(flag['text'])}\" ({flag['source']})" for flag in reply["flags"]
    ])  # fmt: skip
    lines += _listed(wording["explain_orders"], [f'{o["discipline"]}: "{_flat(o["text"])}"' for o in reply["orders"]])
    lines += _listed(wording["explain_questions"], reply["questions"])
    lines += [f"  {note}" for note in reply["notes"]]
    facts = ", ".join(f"{name} {version}" for name, version in reply["facts"].items())
    lines.append(f"  {wording['explain_version']} {reply['version']}; {facts}")
    return "\n".join(lines)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _item_line(item: Mapping[str, Any], wording: Mapping[str, str]) -> str:
    points = " ".join(f"{name} {_figure(value)}" for name, value in item["points"].items())
    quoted = f'"{_flat(item["text"])}" ' if item["text"] else ""
    tag = f", {item['certainty']}" if item["certainty"] != "verified" else ""
    return f"{quoted}{item['icf']} {item['label']}: {points} ({item['source']}{tag})"


def _listed(title: str, rows: list[str]) -> list[str]:
    return [f"  {title}:", *(f"    - {row}" for row in rows)] if rows else []
