"""Takes each invented patient as far along the care path as their stage says, through the same actions as real work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from regain.billing.actions.claims import draft_claim
from regain.coverage.actions import add_authorization, add_coverage
from regain.coverage.models import Payer
from regain.episodes.actions import add_diagnosis, join_care_team, say_to_team
from regain.episodes.models import Episode
from regain.organizations.models import Membership, Site
from regain.organizations.queries import disciplines
from regain.people.actions import register_patient
from regain.people.models import Patient, Practitioner
from regain.plan_of_care.actions import certifying, discharging, home, planning
from regain.plan_of_care.models import Goal, SigningLink
from regain.plan_of_care.queries import hash_token, rule_for
from regain.referrals import actions as referring
from regain.scheduling.actions import book_one
from regain.visits import actions as visiting
from regain.web.demonstration.letters import ENDED, GOALS, LETTERS, MEASURES
from regain.web.demonstration.notes import COMPLEXITY, EQUIPMENT, GIVEN, HOME, NOTES, PICTURE, SAID, note

ZONE = ZoneInfo("America/New_York")


@dataclass
class Team:
    """Everybody and everything the story needs."""

    members: dict[str, Membership]
    practitioners: dict[str, Practitioner]
    physician: Practitioner
    sites: list[Site]
    payers: list[Payer]
    today: date

    def at(self, on: date, hour: int = 9, minute: int = 0) -> datetime:
        """A moment of a day at the clinic."""
        return datetime.combine(on, time(hour, minute), ZONE)

    def therapist(self, discipline: str, site: int = 0) -> Practitioner:
        """Who treats a discipline at a site."""
        return self.practitioners[{"OT": ("dana", "priya"), "PT": ("marcus", "lena")}[discipline][site]]

    def giver(self, row: dict, discipline: str, on: date, evaluated: date) -> Practitioner:
        """Who gives a visit: in every third week of a long course the assistant, else the therapist."""
        week = (on - evaluated).days // 7
        if row["stage"] == "midway" and week % 3 == 2 and not row.get("site"):
            return self.practitioners[{"OT": "nora", "PT": "eli"}[discipline]]
        return self.therapist(discipline, row.get("site", 0))


STAGES = [
    "referred",
    "self_referred",
    "accepted",
    "booked",
    "evaluated",
    "planned",
    "midway",
    "discharging",
    "discharged",
]
AGO = {
    "referred": 1,
    "self_referred": 1,
    "accepted": 3,
    "booked": 5,
    "evaluated": 8,
    "planned": 15,
    "midway": 44,
    "discharging": 58,
    "discharged": 63,
}


def reached(stage: str, step: str) -> bool:
    """Whether a stage is at or past a step."""
    return STAGES.index(stage) >= STAGES.index(step)


def workday(on: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return on + timedelta(days={5: 2, 6: 1}.get(on.weekday(), 0))


def workday_before(on: date) -> date:
    """The day itself, or the Friday before a weekend: what has happened never lies ahead."""
    return on - timedelta(days={5: 1, 6: 2}.get(on.weekday(), 0))


def tell(team: Team, row: dict) -> None:
    """One patient's story up to today."""
    start = workday_before(team.today - timedelta(days=AGO[row["stage"]]))
    patient = _register(team, row, start)
    referral = _refer(team, row, patient, start)
    if not reached(row["stage"], "accepted"):
        return
    episode = _accept(team, row, referral, patient, start)
    if not reached(row["stage"], "booked"):
        return
    _treat(team, row, episode, start)


def _register(team: Team, row: dict, on: date) -> Patient:
    desk, born = team.members["desk"], date(*row["born"])
    patient = register_patient(
        by=desk, at=team.at(on, 8), family=row["family"], given=row["given"], birth_date=born, sex=row["sex"], state="ME", city="Portland",
        address=f"{born.day + 10} {STREETS[born.month % len(STREETS)]}", postal_code="04102", latitude=43.662, longitude=-70.29, phone=f"207 555 0{born.day:02d}{born.month % 10}", precautions=row["precautions"],
    )  # fmt: skip
    payer = team.payers[row["payer"]]
    terms = {
        "medicare_b": {"deductible_remaining": 0, "coinsurance": 0.2},
        "commercial": {"copay": 30, "copay_per": "discipline_day", "deductible_remaining": 150, "out_of_pocket_remaining": 2400, "limits": [{"count": 40, "used": 3, "over": ["OT", "PT"], "by": "discipline_day"}]},
    }.get(payer.kind, {})  # fmt: skip
    if payer.kind != "self_pay":
        coverage = add_coverage(patient, payer, by=desk, at=team.at(on, 8), member_id=f"R{born:%y%m%d}{born.day:02d}", starts_on=on.replace(month=1, day=1),
                                checked_on=on, terms=terms, **_whose(row, payer.kind, on))  # fmt: skip
        if payer.kind in ("workers_comp", "medicaid"):
            add_authorization(coverage, by=desk, at=team.at(on, 8), number=f"A-{born:%y%m}", disciplines=row["disciplines"], starts_on=on,
                              ends_on=on + timedelta(days=120), visits=24)  # fmt: skip
    return patient


STREETS = ["Vesper Street", "Congress Street", "Munjoy Lane", "Deering Avenue", "Brackett Street"]


def _whose(row: dict, kind: str, on: date) -> dict:
    """Whose coverage it is where it is not the patient's own, and the injury a liability insurer pays for."""
    if kind == "workers_comp":
        return {"injury": {"cause": "work", "on": str(on - timedelta(days=35)), "claim_number": "WC-2208"}}
    return {}


def _refer(team: Team, row: dict, patient: Patient, on: date):
    desk = team.members["desk"]
    own = row["stage"] == "self_referred"
    text = LETTERS[row["family"]]
    referral, _ = referring.receive(
        source="self" if own else "letter", received_on=on, by=desk, at=team.at(on, 9), text=text, referrer=None if own else team.physician,
        ordered=[] if own else row["disciplines"], given=row["given"], family=row["family"], birth_date=patient.birth_date, sex=row["sex"], state="ME",
        **({} if own else {"signed_on": on}),
    )  # fmt: skip
    if referral is None:
        raise ValueError(f"the demonstration's letter for {row['family']} was refused")
    return referring.match(referral, patient, version=referral.version, by=desk, at=team.at(on, 9, 5))


def _accept(team: Team, row: dict, referral, patient: Patient, on: date) -> Episode:
    therapist = team.therapist(row["disciplines"][0], row.get("site", 0))
    last = referral.recommendations.order_by("-created_at", "-id").first()
    referring.decide(
        last,
        disciplines=row["disciplines"],
        reason="Agreed with the patient by telephone.",
        by=therapist.membership,
        at=team.at(on, 10),
    )
    referral.refresh_from_db()
    episode, findings = referring.begin_episode(referral, version=referral.version, site=team.sites[row.get("site", 0)], problem=row["problem"], opened_on=on,
                                                by=team.members["desk"], at=team.at(on, 11), wish=row["wish"])  # fmt: skip
    if episode is None:
        raise ValueError(f"no episode for {row['family']}: {[f.message for f in findings]}")
    code, label = row["code"]
    add_diagnosis(
        episode, code=code, label=label, by=therapist.membership, at=team.at(on, 11), onset_on=on - timedelta(days=20)
    )
    join_care_team(episode, team.physician, starts_on=on, by=team.members["desk"], at=team.at(on, 11), role="physician")
    return episode


def _treat(team: Team, row: dict, episode: Episode, start: date) -> None:
    evaluated = workday(start + timedelta(days=3))
    days = [workday(evaluated + timedelta(days=3.5 * n)) for n in range(1, 16)]
    if row["stage"] in ("planned", "midway") and team.today.weekday() < 5:
        # so that the first day has something to do
        days = sorted({*days, team.today})
    offset = _hour(row)
    for number, discipline in enumerate(row["disciplines"]):
        _appointments(team, row, episode, discipline, [evaluated, *days], offset + number)
    if not reached(row["stage"], "evaluated"):
        return
    for number, discipline in enumerate(row["disciplines"]):
        _visit(team, row, episode, discipline, evaluated, "evaluation", 0, offset + number, evaluated)
    if not reached(row["stage"], "planned"):
        return
    _plan(team, row, episode, evaluated)
    last = team.today - timedelta(days=4 if reached(row["stage"], "discharging") else 1)
    given = [on for on in dict.fromkeys(days) if evaluated < on <= last]
    for number, on in enumerate(given, 1):
        for place, discipline in enumerate(row["disciplines"]):
            _visit(
                team, row, episode, discipline, on, "treatment", number / max(len(given), 1), offset + place, evaluated
            )
    _home(team, row, episode, evaluated)
    if reached(row["stage"], "discharging"):
        _discharge(team, row, episode)


def _hour(row: dict) -> int:
    """Each patient has their own hours of the day, so that nobody is booked twice."""
    return {
        "Pelletier": 9,
        "Nyström": 11,
        "Arsenault": 13,
        "Tran-Roberts": 14,
        "Benítez": 8,
        "O'Leary": 16,
        "Beaulieu": 13,
        "Kimball": 15,
        "Fournier": 14,
    }[row["family"]]


def _appointments(team: Team, row: dict, episode: Episode, discipline: str, days: list[date], hour: int) -> None:
    for number, on in enumerate(dict.fromkeys(days)):
        kind = "treatment" if number else "evaluation"
        begin = team.at(on, hour)
        result = book_one(episode, team.giver(row, discipline, on, days[0]), team.sites[row.get("site", 0)], discipline=discipline, kind=kind, starts_at=begin,
                          ends_at=begin + timedelta(minutes=60 if kind == "evaluation" else 45), by=team.members["desk"], at=team.at(episode.opened_on, 12))  # fmt: skip
        if isinstance(result, list):
            raise ValueError(f"{row['family']} {discipline} {on}: {[f.message for f in result]}")


def _visit(
    team: Team, row: dict, episode: Episode, discipline: str, on: date, kind: str, progress: float, hour: int, evaluated: date,
) -> None:  # fmt: skip
    therapist = team.giver(row, discipline, on, evaluated)
    by, at = therapist.membership, team.at(on, hour, 50)
    visit = visiting.start_visit(
        episode=episode, discipline=discipline, kind=kind, on=on, practitioner=therapist, by=by, at=at
    )
    for measure, first, target in MEASURES.get(row["family"], {}).get(discipline, []):
        if kind == "evaluation" or progress in (0.5, 1.0) or round(progress * 6) == 3:
            value = first + (target - first) * progress * 0.9
            taken, refused = visiting.take_measure(
                visit,
                measure=measure,
                inputs={"score": round(value, 1) if isinstance(first, float) else round(value)},
                by=by,
                at=at,
            )
            if taken is None:
                raise ValueError(f"{row['family']} {measure}: {[f.message for f in refused]}")
    visit.refresh_from_db()
    words = note(row["family"], discipline, kind, progress)
    lines = _again(visit)
    if kind == "evaluation":
        lines[0]["code"] = disciplines()[discipline]["evaluation_codes"][COMPLEXITY.get(row["family"], 0)]
    visit = visiting.save_note(visit, version=visit.version, by=by, at=at, words=words, lines=lines)
    findings = visiting.sign_visit(visit, version=visit.version, by=by, at=at, today=on)
    if any(f.severity == "error" for f in findings):
        raise ValueError(f"{row['family']} {discipline} {on}: {[f.message for f in findings]}")
    visit.refresh_from_db()
    if visit.cosigner_id and on < team.today - timedelta(days=2):
        visiting.cosign_visit(visit, by=visit.cosigner.membership, at=team.at(on, 18))
    if row["stage"] in ("midway", "discharged") and on < team.today - timedelta(days=5):
        _bill(team, visit, at + timedelta(hours=1))


def _bill(team: Team, visit, at: datetime) -> None:
    """A draft; `money` sends the older ones and lets some be paid."""
    biller = team.members["biller"]
    claim = draft_claim(visit, by=biller, at=at)
    if isinstance(claim, list):
        raise ValueError(f"{visit.patient} {visit.on}: {[f.message for f in claim]}")


def _again(visit) -> list[dict]:
    """The lines a note begins with, given as they stand; an evaluation takes 45 minutes."""
    rows = visit.interventions.order_by("rank", "id")
    return [
        {"id": str(r.pk), "code": r.code, "label": r.label, "minutes": r.minutes or 45, "goal": r.goal_id} for r in rows
    ]


def _lines(row: dict, discipline: str) -> list[dict]:
    return [
        {"code": code, "label": label, "minutes": minutes} for code, label, minutes in GIVEN[row["family"]][discipline]
    ]


def _plan(team: Team, row: dict, episode: Episode, on: date) -> None:
    site = row.get("site", 0)
    first = team.therapist(row["disciplines"][0], site)
    plan = planning.open_plan(episode, starts_on=on, by=first.membership, at=team.at(on, 17))
    text, levels, contributions = GOALS[row["family"]]
    measures = MEASURES.get(row["family"], {})
    measure = next((entry for discipline in row["disciplines"] for entry in measures.get(discipline, [])), None)
    goal = planning.add_goal(plan, text=text, words=row["wish"], target_on=on + timedelta(weeks=8), levels=levels, by=first.membership, at=team.at(on, 17),
                             measure=measure[0] if measure else "", target=measure[2] if measure else None)  # fmt: skip
    planning.rate_goal(goal, level=-2, on=on, by=first.membership, at=team.at(on, 17), discipline=row["disciplines"][0])
    for discipline in row["disciplines"]:
        therapist = team.therapist(discipline, site)
        lines = _lines(row, discipline)
        section = planning.draft_section(plan, discipline=discipline, author=therapist, evaluated_on=on, starts_on=on, frequency_per_week=2, duration_weeks=10,
                                         by=therapist.membership, at=team.at(on, 17, 10), contributions={goal: contributions[discipline]},
                                         findings=NOTES[row["family"]][discipline][0][2], interventions=lines, minutes_per_visit=45)  # fmt: skip
        findings = planning.sign_section(
            section, practitioner=therapist, by=therapist.membership, at=team.at(on, 17, 20)
        )
        if any(f.severity == "error" for f in findings):
            raise ValueError(f"{row['family']} {discipline}: {[f.message for f in findings]}")
    token, _ = certifying.send_for_certification(plan, team.physician, by=first.membership, at=team.at(on, 17, 30))
    if reached(row["stage"], "midway"):
        link = SigningLink.objects.of(first.membership).get(token_hash=hash_token(token))
        signed = workday(on + timedelta(days=4))
        rule = rule_for(first.membership, episode.patient, on)
        for section in plan.sections.all():
            certifying.answer_link(
                link,
                section=section,
                agree=True,
                signature="Amara Singh",
                comment="",
                at=team.at(signed, 19),
                rule=rule,
            )
        planning.rate_goal(
            goal,
            level=-1,
            on=workday(on + timedelta(days=21)),
            by=first.membership,
            at=team.at(workday(on + timedelta(days=21)), 17),
        )


def _home(team: Team, row: dict, episode: Episode, on: date) -> None:
    site = row.get("site", 0)
    first = team.therapist(row["disciplines"][0], site).membership
    goal = Goal.objects.of(first).filter(plan__episode=episode).first()
    for discipline, (title, how, dose, minutes) in HOME[row["family"]].items():
        by = team.therapist(discipline, site).membership
        item = home.add_home_item(episode, discipline=discipline, title=title, how=how, dose=dose, minutes=minutes, starts_on=on, goal=goal,
                                  picture=PICTURE.get(title, ""),
                                      by=by, at=team.at(on, 17, 40))  # fmt: skip
        for back in (1, 2, 4, 5, 6):
            done = team.today - timedelta(days=back)
            if done >= on:
                home.log_home(item, on=done, by=by, at=team.at(done, 18))
    home.add_equipment(episode, item=EQUIPMENT[row["family"]], on=on, state="in use", by=first, at=team.at(on, 17, 45))
    if row["family"] in SAID:
        say_to_team(episode, text=SAID[row["family"]], by=first, at=team.at(on, 17, 50))


def _discharge(team: Team, row: dict, episode: Episode) -> None:
    on = workday_before(team.today - timedelta(days=3 if row["stage"] == "discharged" else 1))
    first = team.therapist(row["disciplines"][0])
    goal = Goal.objects.of(first.membership).get(plan__episode=episode)
    planning.rate_goal(goal, level=0, on=on, by=first.membership, at=team.at(on, 15, 50))
    discharge = discharging.start_discharge(episode, on=on, reason="goals reached", by=first.membership, at=team.at(on, 16), destination="Home",
                                            advice="Keep up the home list three times a week. Call if pain or falls return.")  # fmt: skip
    if row["stage"] != "discharged":
        return
    for part in discharge.sections.all():
        therapist = team.therapist(part.discipline)
        part = discharging.write_part(
            part, version=part.version, text=ENDED[row["family"]], by=therapist.membership, at=team.at(on, 16, 10)
        )
        discharging.sign_part(part, practitioner=therapist, by=therapist.membership, at=team.at(on, 16, 20))
