"""Writes of referrals: receive, match to a patient, recommend, decide, turn into an episode."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from uuid import UUID

from django.db import transaction

from regain.episodes.actions import open_episode
from regain.episodes.models import Episode
from regain.organizations.models import Membership, Site
from regain.organizations.queries import disciplines as discipline_facts
from regain.people.actions import add_practitioner, check_patient, register_patient
from regain.people.models import Patient, Practitioner
from regain.people.queries import physicians
from regain.record.actions import add, audit, change
from regain.record.models import Document
from regain.reference.rules import Finding, blocks, error, warning
from regain.referrals.models import Decision, Question, QuestionAnswer, Recommendation, Referral, ReferralStatus
from regain.referrals.queries import answers, known, received_before
from regain.referrals.rules import PHYSICIAN_FIRST, Passage, Profile, profile_of, recommend

_NAME_LENGTH = 200


def safe_name(name: str) -> str:
    """The last part of a file name, without what could lead elsewhere (`../../x` is `x`)."""
    bare = PurePosixPath(PureWindowsPath(name).name).name
    kept = "".join(c for c in bare if c.isprintable() and c not in '<>:"/\\|?*').strip(". ")
    return kept[-_NAME_LENGTH:] or "letter"


@transaction.atomic
def receive(
    *, source: str, received_on: date, by: Membership, at: datetime, text: str = "", profile: dict[str, Any] | None = None,
    file: tuple[str, str, bytes] | None = None, referrer: Practitioner | None = None, referrer_named: dict[str, str] | None = None,
    ordered: list[str] | None = None, key: UUID | None = None, **person: Any,
) -> tuple[Referral | None, list[Finding]]:  # fmt: skip
    """A new referral with its document and first recommendation; an error finding saves nothing.

    `file` is name, media type and bytes as they came. `referrer_named` (family, given, npi) is looked up, else added.
    `person` holds given, family, birth_date, sex, phone, state, signed_on, wish.
    `key` is the referral's own, where the sender chose it so that a form sent twice arrives once.
    """
    request = {"text": text} if text else {"profile": profile or {}}
    read, said = profile_of(request, known())
    findings = [*said, *_check_dates(person, received_on, at.date()), *_check_person(person, received_on)]
    if read is None or blocks(findings):
        return None, findings
    document = None
    if file:
        digest = hashlib.sha256(file[2]).hexdigest()
        before = received_before(by, digest)
        if before:
            findings.append(warning("RECEIVED_BEFORE", f"The same file came on {before.received_on:%d %b %Y}.", where="file",
                                    try_="Open the earlier referral before booking twice."))  # fmt: skip
        document = add(Document, by=by, at=at, name=safe_name(file[0]), media_type=file[1], size=len(file[2]), sha256=digest,
                       content=file[2], text=text)  # fmt: skip
    if referrer is None and referrer_named:
        referrer = named_referrer(**referrer_named, by=by, at=at)
    own = {"id": key} if key else {}
    referral = add(Referral, by=by, at=at, **own, source=source, received_on=received_on, text=text, profile=profile or {},
                   document=document, referrer=referrer, ordered=ordered or [], **person)  # fmt: skip
    add(ReferralStatus, by=by, at=at, referral=referral, status="received")
    audit("referral received", referral, by=by, at=at, source=source)
    read_referral(referral, by=by, at=at)
    return referral, findings


def _check_dates(person: dict[str, Any], received_on: date, today: date) -> list[Finding]:
    """Dates in an order that cannot be; a day of grace for clinics where it is tomorrow already."""
    born, signed = person.get("birth_date"), person.get("signed_on")
    found = []
    if (received_on - today).days > 1:
        found.append(error("DATE_IN_FUTURE", f"The referral was received on {received_on:%d %b %Y}, which is yet to come.", where="received_on",
                           found=str(received_on), expected=f"a day up to {today:%d %b %Y}", try_="Check day, month and year."))  # fmt: skip
    if signed and (signed - today).days > 1:
        found.append(error("DATE_IN_FUTURE", f"The order was signed on {signed:%d %b %Y}, which is yet to come.", where="signed_on",
                           found=str(signed), expected=f"a day up to {today:%d %b %Y}", try_="Check the date on the order."))  # fmt: skip
    if signed and born and signed < born <= today:
        found.append(error("BEFORE_BIRTH", f"The order was signed on {signed:%d %b %Y}, before the birth on {born:%d %b %Y}.", where="signed_on",
                           found=str(signed), expected=f"a day from {born:%d %b %Y} on", try_="Check both dates."))  # fmt: skip
    return found


def _check_person(person: dict[str, Any], on: date) -> list[Finding]:
    """What is wrong with the person named; a name or birth date that is missing may come later."""
    born = person.get("birth_date")
    if born is None:
        return []
    return check_patient(birth_date=born, family=person.get("family") or "–", given=person.get("given") or "", on=on)


@transaction.atomic
def read_referral(referral: Referral, *, by: Membership, at: datetime) -> Recommendation:
    """What the rule says of a referral now, as a new row; the referral waits for a physician where a flag fired."""
    request = {"text": referral.text} if referral.text else {"profile": referral.profile}
    profile, findings = profile_of(request, known())
    if profile is None:
        raise ValueError(f"referral {referral.pk} has nothing to read")
    if profile.age_years is None and referral.birth_date:
        days = (referral.received_on - referral.birth_date).days
        profile = replace(profile, age_years=days / 365.25)
    profile = _with_answers(profile, referral, by)
    answer = recommend(profile, known(), findings)
    row = add(Recommendation, by=by, at=at, referral=referral, disciplines=list(answer.disciplines), word=answer.recommendation,
              urgency=str(answer.urgency), confidence=answer.confidence, answer=answer.as_json())  # fmt: skip
    if answer.recommendation == PHYSICIAN_FIRST and not referral.episode_id:
        add(ReferralStatus, by=by, at=at, referral=referral, status=PHYSICIAN_FIRST)
    audit("referral read", row, by=by, at=at, patient=referral.patient_id, word=row.word, version=answer.version)
    return row


def _with_answers(profile: Profile, referral: Referral, by: Membership) -> Profile:
    """The profile with what the referrer answered since, each answer a passage of its own."""
    heard = answers(by).filter(question__referral=referral)
    return replace(
        profile, passages=(*profile.passages, *(Passage(f"answers[{n}]", a.text) for n, a in enumerate(heard)))
    )


@transaction.atomic
def ask_referrer(referral: Referral, *, text: str, addressee: str, by: Membership, at: datetime) -> Question:
    """Keep what is asked of whoever referred, as it is printed or faxed."""
    question = add(Question, by=by, at=at, referral=referral, text=text.strip(), addressee=addressee.strip())
    audit("referrer asked", question, by=by, at=at, patient=referral.patient_id)
    return question


@transaction.atomic
def answer_question(question: Question, *, text: str, answered_by: str, answered_on: date, by: Membership, at: datetime) -> tuple[QuestionAnswer | None, list[Finding]]:  # fmt: skip
    """Keep what came back and read the referral again with it; the earlier reading stays."""
    asked_on = question.created_at.date()
    if answered_on > at.date() + timedelta(days=1) or answered_on < asked_on - timedelta(days=1):
        return None, [error("BAD_VALUE", f"An answer on {answered_on:%d %b %Y} cannot be.", where="answered_on", found=str(answered_on),
                            expected=f"a day from {asked_on:%d %b %Y} to today", try_="Enter the day the answer came.")]  # fmt: skip
    answer = add(QuestionAnswer, by=by, at=at, question=question, text=text.strip(), answered_by=answered_by.strip(),
                 answered_on=answered_on)  # fmt: skip
    audit("referrer answered", answer, by=by, at=at, patient=question.referral.patient_id)
    read_referral(question.referral, by=by, at=at)
    return answer, []


@transaction.atomic
def match(referral: Referral, patient: Patient, *, version: int, by: Membership, at: datetime) -> Referral:
    """Say which patient a referral is about. Nothing of the two records is merged."""
    changed = change(referral, version=version, by=by, at=at, patient=patient)
    add(ReferralStatus, by=by, at=at, referral=changed, status="matched")
    audit("referral matched", changed, by=by, at=at, patient=patient)
    return changed


@transaction.atomic
def match_new(referral: Referral, *, version: int, by: Membership, at: datetime, on: date, family: str, given: str, birth_date: date, **details: Any) -> tuple[Referral | None, list[Finding]]:  # fmt: skip
    """Register the person as a new patient and match; an error finding saves nothing."""
    findings = check_patient(birth_date=birth_date, family=family, given=given, on=on)
    if blocks(findings):
        return None, findings
    patient = register_patient(by=by, at=at, family=family, given=given, birth_date=birth_date, **details)
    return match(referral, patient, version=version, by=by, at=at), findings


@transaction.atomic
def decide(recommendation: Recommendation, *, disciplines: list[str], reason: str, by: Membership, at: datetime) -> tuple[Decision | None, list[Finding]]:  # fmt: skip
    """Accept what was recommended, or set other disciplines with a reason. A fired flag needs the reason too."""
    unknown = [name for name in disciplines if name not in discipline_facts()]
    if unknown:
        return None, [error("BAD_VALUE", f"{', '.join(unknown)} is no discipline.", where="disciplines",
                            expected=", ".join(discipline_facts()), try_="Choose from the list.")]  # fmt: skip
    overridden = set(disciplines) != set(recommendation.disciplines) or recommendation.word == PHYSICIAN_FIRST
    if overridden and not reason.strip():
        why = (
            "Say that a physician has cleared the warning sign, or why it does not apply."
            if recommendation.word == PHYSICIAN_FIRST
            else "Say why."
        )
        return None, [error("REASON_MISSING", "This differs from the recommendation.", where="reason", try_=why)]
    decision = add(Decision, by=by, at=at, recommendation=recommendation, disciplines=disciplines, overridden=overridden,
                   reason=reason.strip())  # fmt: skip
    status = "accepted" if disciplines else "declined"
    add(ReferralStatus, by=by, at=at, referral=recommendation.referral, status=status, reason=reason.strip())
    audit("referral decided", decision, by=by, at=at, patient=recommendation.referral.patient_id, disciplines=disciplines,
          overridden=overridden)  # fmt: skip
    return decision, []


@transaction.atomic
def begin_episode(referral: Referral, *, version: int, site: Site, problem: str, opened_on: date, by: Membership, at: datetime, wish: str = "") -> tuple[Episode | None, list[Finding]]:  # fmt: skip
    """Open the episode a referral asks for. One referral opens one episode."""
    findings = _may_begin(referral, problem, by)
    if findings:
        return None, findings
    last = referral.recommendations.order_by("-created_at", "-id").first()
    condition = (last.answer.get("condition") or {}).get("id", "") if last else ""
    episode = open_episode(patient=referral.patient, site=site, problem=problem.strip(), opened_on=opened_on, by=by, at=at,
                           condition=condition, wish=wish.strip())  # fmt: skip
    changed = change(referral, version=version, by=by, at=at, episode=episode)
    audit("referral became episode", changed, by=by, at=at, patient=referral.patient_id, episode=str(episode.pk))
    return episode, []


def _accepted(referral: Referral, by: Membership) -> bool:
    last = Decision.objects.of(by).filter(recommendation__referral=referral).order_by("-created_at", "-id").first()
    return bool(last and last.disciplines)


def _may_begin(referral: Referral, problem: str, by: Membership) -> list[Finding]:
    if referral.episode_id:
        return [
            error(
                "EPISODE_EXISTS", "This referral already has its episode.", where="episode", try_="Open that episode."
            )
        ]
    if not referral.patient_id:
        return [
            error(
                "PATIENT_MISSING",
                "No patient is matched yet.",
                where="patient",
                try_="Match or register the patient first.",
            )
        ]
    if not _accepted(referral, by):
        return [error("DECISION_MISSING", "No therapist has accepted this referral yet.", where="decision",
                      try_="Ask a licensed therapist to decide: it stands first on their Today page.")]  # fmt: skip
    if not problem.strip():
        return [
            error(
                "PROBLEM_MISSING",
                "An episode needs the problem in a few words.",
                where="problem",
                try_="Such as: Stroke, left side.",
            )
        ]
    return []


def named_referrer(*, family: str, given: str, npi: str, by: Membership, at: datetime) -> Practitioner | None:
    """The outside practitioner with this number or name, else a new one; None where nobody is named."""
    if not family.strip():
        return None
    outside = physicians(by)
    known_one = (
        outside.filter(npi=npi).first() if npi else outside.filter(family__iexact=family, given__iexact=given).first()
    )
    return known_one or add_practitioner(by=by, at=at, family=family.strip(), given=given.strip(), profession="physician",
                                         npi=npi, external=True)  # fmt: skip
