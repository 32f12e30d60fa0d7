"""An episode's story and what stands above its tabs: one statement each, since a queryset a kind of event would cost twenty."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.timezone import localdate

from regain.episodes.models import Episode
from regain.organizations.queries import disciplines, key_of, lean, moment_of
from regain.outcomes.queries import instruments

KINDS = {"plan": "Plan", "visit": "Visits", "measure": "Measures", "home": "At home", "talk": "Team talk"}
"""What a story can be narrowed to; what belongs to none stays in the whole."""

_NAME = "p.given || ' ' || p.family || CASE WHEN p.suffix = '' THEN '' ELSE ', ' || p.suffix END"
_BY = "LEFT JOIN organizations_membership m ON m.id = {0}.created_by_id LEFT JOIN organizations_user u ON u.id = m.user_id"
_WHO = "COALESCE(NULLIF(u.name, ''), u.email, '')"
_PLAN = "JOIN plan_of_care_plan l ON l.id = {0}.plan_id WHERE l.organization_id = %s AND l.episode_id = %s"
_STORY = f"""
SELECT 'status' AS kind, CAST(s.created_at AS text) AS at, {_WHO} AS who, s.reason AS words, s.status AS detail, '' AS discipline, '' AS pk
  FROM episodes_episodestatus s {_BY.format("s")} WHERE s.organization_id = %s AND s.episode_id = %s
UNION ALL SELECT 'diagnosed', CAST(i.created_at AS text), {_WHO}, i.code || ' ' || i.label, '', '', ''
  FROM episodes_diagnosis i {_BY.format("i")} WHERE i.organization_id = %s AND i.episode_id = %s
UNION ALL SELECT 'referral', CAST(r.received_on AS text), COALESCE({_NAME}, ''), '', '', '', CAST(r.id AS text)
  FROM referrals_referral r LEFT JOIN people_practitioner p ON p.id = r.referrer_id WHERE r.organization_id = %s AND r.episode_id = %s
UNION ALL SELECT 'decision', CAST(d.created_at AS text), {_WHO}, d.reason, CAST(d.disciplines AS text), CASE WHEN d.overridden THEN 'x' ELSE '' END,
  CAST(r.id AS text) FROM referrals_decision d JOIN referrals_recommendation e ON e.id = d.recommendation_id JOIN referrals_referral r ON r.id = e.referral_id
  {_BY.format("d")} WHERE r.organization_id = %s AND r.episode_id = %s
UNION ALL SELECT 'asked', CAST(k.created_at AS text), {_WHO}, k.text, '', '', CAST(k.id AS text) FROM referrals_question k
  JOIN referrals_referral r ON r.id = k.referral_id {_BY.format("k")} WHERE r.organization_id = %s AND r.episode_id = %s
UNION ALL SELECT 'answered', CAST(w.created_at AS text), w.answered_by, w.text, '', '', CAST(k.id AS text) FROM referrals_questionanswer w
  JOIN referrals_question k ON k.id = w.question_id JOIN referrals_referral r ON r.id = k.referral_id WHERE r.organization_id = %s AND r.episode_id = %s
UNION ALL SELECT 'section', CAST(c.signed_at AS text), c.signature, CAST(c.frequency_per_week AS text) || ' a week for ' || CAST(c.duration_weeks AS text)
  || ' weeks', CASE WHEN c.replaces_id IS NULL THEN '' ELSE 'again' END, c.discipline, '' FROM plan_of_care_section c {_PLAN.format("c")} AND c.signed_at IS NOT NULL
UNION ALL SELECT 'certification', CAST(f."on" AS text), COALESCE({_NAME}, ''), CASE WHEN f.comment = '' THEN COALESCE(CAST(f.through_on AS text), '') ELSE f.comment END,
  f.kind, c.discipline, '' FROM plan_of_care_certification f JOIN plan_of_care_section c ON c.id = f.section_id
  LEFT JOIN people_practitioner p ON p.id = f.physician_id {_PLAN.format("c")}
UNION ALL SELECT 'goal', CAST(o.created_at AS text), {_WHO}, o.text, '', '', '' FROM plan_of_care_goal o {_BY.format("o")} {_PLAN.format("o")}
UNION ALL SELECT 'goal ended', CAST(o.ended_on AS text), '', o.text || ': ' || o.ended_reason, '', '', '' FROM plan_of_care_goal o {_PLAN.format("o")} AND o.ended_on IS NOT NULL
UNION ALL SELECT 'rating', CAST(g."on" AS text), {_WHO}, o.text, CAST(g.level AS text), '', CAST(o.levels AS text)
  FROM plan_of_care_goalrating g JOIN plan_of_care_goal o ON o.id = g.goal_id {_BY.format("g")} {_PLAN.format("o")}
UNION ALL SELECT 'discharge', CAST(d."on" AS text), '', d.reason, '', '', '' FROM plan_of_care_discharge d WHERE d.organization_id = %s AND d.episode_id = %s
UNION ALL SELECT 'part', CAST(t.signed_at AS text), t.signature, '', '', t.discipline, '' FROM plan_of_care_dischargesection t
  JOIN plan_of_care_discharge d ON d.id = t.discharge_id WHERE d.organization_id = %s AND d.episode_id = %s AND t.signed_at IS NOT NULL
UNION ALL SELECT CASE WHEN v.signed_at IS NULL THEN 'draft' ELSE 'visit' END, CAST(v."on" AS text), {_NAME}, SUBSTR(v.subjective, 1, 140), v.kind, v.discipline,
  CAST(v.id AS text) FROM visits_visit v JOIN people_practitioner p ON p.id = v.practitioner_id WHERE v.organization_id = %s AND v.episode_id = %s
UNION ALL SELECT 'amendment', CAST(a.created_at AS text), a.signature, SUBSTR(a.text, 1, 140), '', v.discipline, CAST(v.id AS text)
  FROM visits_amendment a JOIN visits_visit v ON v.id = a.visit_id WHERE v.organization_id = %s AND v.episode_id = %s
UNION ALL SELECT 'cosignature', CAST(a.created_at AS text), a.signature, '', '', v.discipline, CAST(v.id AS text)
  FROM visits_cosignature a JOIN visits_visit v ON v.id = a.visit_id WHERE v.organization_id = %s AND v.episode_id = %s
UNION ALL SELECT 'missed', CAST(a.starts_at AS text), {_NAME}, w.reason, w.status, a.discipline, '' FROM scheduling_appointmentstatus w
  JOIN scheduling_appointment a ON a.id = w.appointment_id JOIN people_practitioner p ON p.id = a.practitioner_id
  WHERE a.organization_id = %s AND a.episode_id = %s AND w.status IN ('cancelled', 'no_show')
UNION ALL SELECT 'score', CAST(x.taken_on AS text), '', COALESCE(NULLIF(x.display, '') || CASE WHEN x.score IS NULL THEN '' ELSE ' ' || x.unit END, x.status), x.measure,
  x.discipline, '' FROM outcomes_score x WHERE x.organization_id = %s AND x.episode_id = %s AND NOT EXISTS (SELECT 1 FROM outcomes_score y WHERE y.corrects_id = x.id)
UNION ALL SELECT 'home', CAST(h.starts_on AS text), '', h.title, '', h.discipline, '' FROM plan_of_care_homeitem h WHERE h.organization_id = %s AND h.episode_id = %s
UNION ALL SELECT 'home ended', CAST(h.ends_on AS text), '', h.title, '', h.discipline, '' FROM plan_of_care_homeitem h
  WHERE h.organization_id = %s AND h.episode_id = %s AND h.ends_on IS NOT NULL
UNION ALL SELECT 'device', CAST(q."on" AS text), '', q.item, q.state, q.discipline, '' FROM plan_of_care_equipment q WHERE q.organization_id = %s AND q.episode_id = %s
UNION ALL SELECT 'talk', CAST(t.created_at AS text), {_WHO}, t.text, '', '', ''
  FROM episodes_teammessage t {_BY.format("t")} WHERE t.organization_id = %s AND t.episode_id = %s
UNION ALL SELECT 'team', '', {_NAME}, e.role, '', e.discipline, ''
  FROM episodes_careteammember e JOIN people_practitioner p ON p.id = e.practitioner_id WHERE e.organization_id = %s AND e.episode_id = %s
UNION ALL SELECT 'diagnosis', '', i.code, i.label, CAST(i.rank AS text), '', '' FROM episodes_diagnosis i WHERE i.organization_id = %s AND i.episode_id = %s
UNION ALL SELECT 'next', CAST(n.starts_at AS text), n.who, n.site, n.zone, n.discipline, '' FROM (
  SELECT a.starts_at, {_NAME} AS who, i.name AS site, i.time_zone AS zone, a.discipline
  FROM scheduling_appointment a JOIN people_practitioner p ON p.id = a.practitioner_id JOIN organizations_site i ON i.id = a.site_id
  WHERE a.organization_id = %s AND a.episode_id = %s AND a.starts_at >= %s AND COALESCE((SELECT w.status FROM scheduling_appointmentstatus w
    WHERE w.organization_id = a.organization_id AND w.appointment_id = a.id ORDER BY w.created_at DESC, w.id DESC LIMIT 1), '') NOT IN ('cancelled', 'no_show')
  ORDER BY a.starts_at, a.id LIMIT 4) n
"""  # fmt: skip
_STATES = {"active": "Episode opened", "planned": "Episode planned", "on_hold": "Put on hold", "finished": "Discharged", "cancelled": "Cancelled"}  # fmt: skip
_STEPS = {"sent": "Plan sent to the physician", "signed": "Plan certified", "returned": "Plan returned", "verbal": "Verbal order"}  # fmt: skip

# kind of event: label, what it can be narrowed to, the page it leads to, and what stands above what on the same day
_EVENTS: dict[str, tuple[str, str, str, int]] = {
    "diagnosed": ("Diagnosis added", "", "", 2), "referral": ("Referral received", "", "referrals:referral", 0),
    "decision": ("Decided", "", "referrals:referral", 1), "asked": ("Question to the referrer", "", "referrals:question", 2),
    "answered": ("Question to the referrer answered", "", "referrals:question", 3), "section": ("Plan section signed", "plan", "web:plan", 5),
    "certification": ("", "plan", "web:plan", 6), "goal": ("Goal agreed", "plan", "web:plan", 3), "goal ended": ("Goal ended", "plan", "web:plan", 7),
    "rating": ("", "plan", "web:plan", 7), "discharge": ("Discharge summary", "plan", "web:discharge", 7),
    "part": ("Discharge part signed", "plan", "web:discharge", 8), "visit": ("", "visit", "visits:note", 5), "draft": ("", "visit", "visits:note", 5),
    "amendment": ("Note amended", "visit", "visits:note", 6), "cosignature": ("Note cosigned", "visit", "visits:note", 6),
    "missed": ("", "visit", "", 5), "score": ("", "measure", "web:outcomes", 4), "home": ("Added to the home list", "home", "web:home_programme", 6),
    "home ended": ("Taken off the home list", "home", "web:home_programme", 6), "device": ("Equipment", "home", "web:home_programme", 6),
    "talk": ("Team talk", "talk", "web:talk", 6), "status": ("", "", "", 9),
}  # fmt: skip


def story(organization, episode: Episode, now: datetime, only: str = "") -> dict[str, list[dict[str, Any]]]:
    """`events`: everything that happened in an episode, newest first, each with a day, a label, who, and where it leads;
    `next`: the coming appointments; `team`; `diagnoses`.
    """
    known = disciplines()
    key = getattr(organization, "organization_id", organization)
    told: dict[str, list[dict[str, Any]]] = {"events": [], "next": [], "team": [], "diagnoses": []}
    for kind, at, who, text, detail, discipline, pk in lean(_STORY, *[key, episode.pk] * (_STORY.count("%s") // 2), now):  # fmt: skip
        if kind == "team":
            told["team"].append({"who": who, "role": text, "discipline": discipline})
        elif kind == "diagnosis":
            told["diagnoses"].append({"code": who, "label": text, "rank": int(detail)})
        elif kind == "next":
            told["next"].append(
                {"at": moment_of(at), "who": who, "site": text, "zone": detail, "discipline": known[discipline]}
            )
        elif not only or _EVENTS[kind][1] == only:
            told["events"].append(_event(episode, known, kind, at, who, text, detail, discipline, pk))
    told["events"].sort(key=lambda e: (_day(e["at"]), e["order"]), reverse=True)
    told["team"].sort(key=lambda m: (m["discipline"], m["role"]))
    told["diagnoses"].sort(key=lambda d: (d["rank"], d["code"]))
    return told


def _event(episode: Episode, known, kind: str, at: str, who: str, text: str, detail: str, discipline: str, pk: str) -> dict[str, Any]:  # fmt: skip
    label, group, page, order = _EVENTS[kind]
    words, tell = label, _LABELS.get(kind)
    if tell:
        words, text = tell(text, detail, discipline, pk)
    to = (
        ()
        if not page
        else (page, UUID(pk) if page in ("visits:note", "referrals:referral", "referrals:question") else episode.pk)
    )
    if kind == "status" and detail == "active":
        order = 1
    elif kind == "certification" and words != _STEPS["sent"]:
        order += 1  # the answer stands above the sending, where both come on one day
    return {"at": _when(at), "label": words, "who": who, "text": text, "to": to, "order": order, "kind": group, "discipline": known.get(discipline)}  # fmt: skip


def _rated(text: str, level: str, _: str, levels: str) -> tuple[str, str]:
    said = json.loads(levels or "{}").get(level, "")
    return f"Goal rated {int(level):+d}".replace("-", "−").replace("+0", "0"), text + (f": {said}" if said else "")


def _decided(text: str, detail: str, overridden: str, _: str) -> tuple[str, str]:
    words = " and ".join(json.loads(detail or "[]")) or "no therapy"
    return f"Decided for {words}" + (", other than recommended" if overridden else ""), text


def _certified(text: str, kind: str, *_: str) -> tuple[str, str]:
    through = kind in ("signed", "verbal") and text[:4].isdigit() and len(text) == 10
    return _STEPS[kind], f"through {_say(date.fromisoformat(text))}" if through else text


def _say(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def _measured(text: str, measure: str, *_: str) -> tuple[str, str]:
    name = instruments()[measure].fact.label if measure in instruments() else measure
    return f"{name}: {text.replace('_', ' ').strip()}", ""


_LABELS = {
    "status": lambda text, detail, *_: (_STATES[detail], text),
    "decision": _decided,
    "section": lambda text, again, *_: ("Plan section renewed and signed" if again else "Plan section signed", text),
    "certification": _certified,
    "rating": _rated,
    "visit": lambda text, kind, *_: (kind.replace("_", " ").capitalize(), text),
    "draft": lambda text, kind, *_: (kind.replace("_", " ").capitalize() + ", not signed yet", text),
    "missed": lambda text, status, *_: ("Missed visit" if status == "no_show" else "Visit cancelled", text),
    "score": _measured,
    "device": lambda text, state, *_: (f"Equipment, {state}", text),
}


def _when(text: str) -> date | datetime:
    return moment_of(text) if len(text) > 10 else date.fromisoformat(text)


def _day(at) -> date:
    return localdate(at) if isinstance(at, datetime) else at


_HEAD = """
SELECT 'payer' AS kind, y.name AS words, '' AS detail, '' AS more, '' AS pk, '' AS signed FROM (
  SELECT b.name FROM coverage_coverage c JOIN coverage_payer b ON b.id = c.payer_id WHERE c.organization_id = %s AND c.patient_id = %s
  AND c.starts_on <= %s AND (c.ends_on IS NULL OR c.ends_on >= %s) ORDER BY c.priority, c.starts_on DESC LIMIT 1) y
UNION ALL SELECT 'section', COALESCE((SELECT CAST(MAX(f.through_on) AS text) FROM plan_of_care_certification f WHERE f.section_id = s.id
  AND f.kind IN ('signed', 'verbal')), ''), '', '', '', '' FROM plan_of_care_section s JOIN plan_of_care_plan l ON l.id = s.plan_id
  WHERE l.organization_id = %s AND l.episode_id = %s AND s.signed_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM plan_of_care_section z WHERE z.replaces_id = s.id AND z.signed_at IS NOT NULL)
UNION ALL SELECT 'today', CAST(a.id AS text), a.discipline, a.kind, COALESCE(CAST(v.id AS text), ''), CASE WHEN v.signed_at IS NULL THEN '' ELSE 'x' END
  FROM scheduling_appointment a JOIN people_practitioner p ON p.id = a.practitioner_id LEFT JOIN visits_visit v ON v.appointment_id = a.id
  WHERE a.organization_id = %s AND a.episode_id = %s AND p.membership_id = %s AND a.starts_at >= %s AND a.starts_at < %s
  AND COALESCE((SELECT w.status FROM scheduling_appointmentstatus w WHERE w.organization_id = a.organization_id AND w.appointment_id = a.id
    ORDER BY w.created_at DESC, w.id DESC LIMIT 1), '') NOT IN ('cancelled', 'no_show')
UNION ALL SELECT 'reached', 'referred', '', '', '', '' WHERE EXISTS (SELECT 1 FROM referrals_referral r WHERE r.organization_id = %s AND r.episode_id = %s)
UNION ALL SELECT 'reached', 'covered', '', '', '', '' WHERE EXISTS (SELECT 1 FROM coverage_coverage c WHERE c.organization_id = %s AND c.patient_id = %s)
UNION ALL SELECT 'reached', 'booked', '', '', '', '' WHERE EXISTS (SELECT 1 FROM scheduling_appointment a WHERE a.organization_id = %s AND a.episode_id = %s)
UNION ALL SELECT 'reached', 'evaluated', '', '', '', '' WHERE EXISTS (
  SELECT 1 FROM visits_visit v WHERE v.organization_id = %s AND v.episode_id = %s AND v.kind = 'evaluation' AND v.signed_at IS NOT NULL)
UNION ALL SELECT 'reached', 'planned', '', '', '', '' WHERE EXISTS (SELECT 1 FROM plan_of_care_section s JOIN plan_of_care_plan p ON p.id = s.plan_id
  WHERE p.organization_id = %s AND p.episode_id = %s AND s.signed_at IS NOT NULL)
UNION ALL SELECT 'reached', 'discharged', '', '', '', '' WHERE EXISTS (
  SELECT 1 FROM plan_of_care_discharge d WHERE d.organization_id = %s AND d.episode_id = %s)
"""


def head(member, episode: Episode, now: datetime) -> dict[str, Any]:
    """What stands above an episode's tabs: `payer` today, `certified_to` (None where a signed section is not), `today_with`: my
    appointment with this person today and its note, `reached`: what is done of the way from letter to discharge. One statement.
    """
    zone = ZoneInfo(member.organization.time_zone)
    day = now.astimezone(zone).date()
    start = datetime.combine(day, datetime.min.time(), zone)
    end = start.replace(hour=23, minute=59, second=59)
    key, on = member.organization_id, day.isoformat()
    found: dict[str, Any] = {"payer": None, "certified_to": None, "today_with": None, "reached": set()}
    ends: list[str] = []
    for kind, words, detail, more, pk, signed in lean(_HEAD, key, episode.patient_id, on, on, key, episode.pk, key, episode.pk, member.pk, start, end,
                                                       key, episode.pk, key, episode.patient_id, *[key, episode.pk] * 4):  # fmt: skip
        if kind == "payer":
            found["payer"] = words
        elif kind == "reached":
            found["reached"].add(words)
        elif kind == "section":
            ends.append(words)
        else:
            found["today_with"] = {"pk": key_of(words), "discipline": detail, "kind": more, "visit_id": key_of(pk) if pk else None, "visit_signed": bool(signed)}  # fmt: skip
    if ends and all(ends):
        found["certified_to"] = date.fromisoformat(min(ends))
    return found


def care_path(reached: set[str]) -> list[dict[str, Any]]:
    """Where an episode stands from letter to discharge; the first step not done is the next."""
    steps = [
        ("Referral decided", "Episode opened without a referral", "", True), ("Covered", "Enter the coverage", "web:cost", "covered" in reached),
        ("Booked", "Book the course", "scheduling:book", "booked" in reached), ("Evaluated", "Sign the evaluation", "web:visits", "evaluated" in reached),
        ("Plan signed", "Write and sign the plan", "web:plan", "planned" in reached), ("Discharged", "Discharge", "web:discharge", "discharged" in reached),
    ]  # fmt: skip
    first = next((n for n, step in enumerate(steps) if not step[3]), len(steps))
    return [{"label": done if is_done and (n or "referred" in reached) else open_, "done": is_done, "now": n == first, "to": to}
            for n, (done, open_, to, is_done) in enumerate(steps)]  # fmt: skip
