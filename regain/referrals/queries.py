"""Reads of referrals: the list with its states, one with all that was said and decided, the facts behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Prefetch, Q, Subquery, Value, When

from regain.people.models import Patient
from regain.people.queries import possible_doubles
from regain.people.rules import Likeness, Person
from regain.record.models import Document
from regain.reference.facts import facts
from regain.reference.rules import Source
from regain.referrals.models import Decision, Question, QuestionAnswer, Recommendation, Referral, ReferralStatus
from regain.referrals.rules import Knowledge, knowledge
from regain.referrals.rules.values import URGENCIES

OPEN = ("received", "matched", "physician_first")


@cache
def known() -> Knowledge:
    """The facts of the recommendation, compiled once a process."""
    return knowledge(facts("referrals"))


@cache
def sources() -> dict[str, Source]:
    """Everything the recommendation cites, by its short name."""
    return {key: source for one in facts("referrals") for key, source in one.sources.items()}


def cited(answer: dict[str, Any]) -> dict[str, Source]:
    """The sources of one answer, by short name."""
    names = [name for reason in answer["reasons"] for name in reason["cites"]]
    items = [*answer["functions"], *answer["flags"], *([answer["condition"]] if answer.get("condition") else [])]
    return {
        name: sources()[name] for name in dict.fromkeys([*names, *(i["source"] for i in items)]) if name in sources()
    }


def referrals(organization):
    """Every referral with its state (`status`) and last recommendation (`word`, `disciplines`), newest first."""
    status = ReferralStatus.objects.of(organization).filter(referral=OuterRef("pk")).order_by("-created_at", "-id")
    said = Recommendation.objects.of(organization).filter(referral=OuterRef("pk")).order_by("-created_at", "-id")
    return (
        Referral.objects.of(organization)
        .annotate(status=Subquery(status.values("status")[:1]), word=Subquery(said.values("word")[:1]),
                  urgency=Subquery(said.values("urgency")[:1]), said_disciplines=Subquery(said.values("disciplines")[:1]))
        .select_related("patient", "episode", "referrer").order_by("-received_on", "-id")
    )  # fmt: skip


def with_key(organization, key):
    """The referral a sender made under this key, or None."""
    return Referral.objects.of(organization).filter(pk=key).first()


def open_referrals(organization):
    """Those that still wait for somebody, to be decided or to become an episode: most urgent first, then the oldest."""
    rank = Case(*(When(urgency=str(word), then=Value(n)) for n, word in enumerate(URGENCIES)), default=Value(len(URGENCIES)),
                output_field=IntegerField())  # fmt: skip
    waits = Q(status__in=OPEN) | Q(status="accepted", episode__isnull=True)
    return referrals(organization).filter(waits).order_by(rank, "received_on", "id")


def next_step(found: Referral) -> str:
    """What a referral of `referrals` waits for, in words."""
    if found.episode_id:
        return "In care"
    if found.status == "declined":
        return "No therapy"
    if not found.patient_id:
        return "Say who it is"
    return "Open the episode" if found.status == "accepted" else "Decide"


def with_recommendations(queryset, organization):
    """The same referrals with recommendations, decisions and statuses read along, each in one query, newest first."""
    decisions = Decision.objects.of(organization).select_related("created_by__user").order_by("-created_at", "-id")
    said = (
        Recommendation.objects.of(organization)
        .order_by("-created_at", "-id")
        .prefetch_related(Prefetch("decisions", decisions))
    )
    states = ReferralStatus.objects.of(organization).select_related("created_by__user").order_by("-created_at", "-id")
    return queryset.prefetch_related(Prefetch("recommendations", said), Prefetch("statuses", states))


def referral(organization, pk):
    """One referral with everything the page shows, without the bytes of its document; None where there is none."""
    found = with_recommendations(referrals(organization), organization).select_related("document")
    asked = questions(organization).prefetch_related(Prefetch("answers", answers(organization)))
    return found.prefetch_related(Prefetch("questions", asked)).defer("document__content").filter(pk=pk).first()


def readings_between(organization, start, end):
    """Referral, word and rule version of every reading of a period, oldest first; the answers themselves stay unread."""
    rows = Recommendation.objects.of(organization).filter(created_at__gte=start, created_at__lt=end)
    return rows.order_by("created_at", "id").values_list("referral_id", "word", "answer__version")


def decisions_between(organization, start, end):
    """Every decision of a period, newest first, with what had been recommended under which rule version."""
    rows = Decision.objects.of(organization).filter(created_at__gte=start, created_at__lt=end)
    return rows.order_by("-created_at", "-id").values_list(
        "recommendation__referral_id", "recommendation__word", "recommendation__answer__version", "disciplines", "overridden", "reason",
        "created_at", "created_by__user__name",
    )  # fmt: skip


def questions(organization):
    """What was asked of referrers, newest first, with who asked."""
    return Question.objects.of(organization).select_related("created_by__user").order_by("-created_at", "-id")


def question(organization, pk):
    """One question with its referral and what stands on its letter head; None where there is none."""
    found = questions(organization).select_related("referral__patient", "referral__referrer", "organization")
    return found.prefetch_related(Prefetch("answers", answers(organization))).filter(pk=pk).first()


def answers(organization):
    """What came back, oldest first: the order in which a reading counts them."""
    return QuestionAnswer.objects.of(organization).select_related("created_by__user").order_by("created_at", "id")


def document(organization, pk):
    """The file a referral came as, with its bytes; None where there is none."""
    found = Referral.objects.of(organization).filter(pk=pk).select_related("document").first()
    return found.document if found else None


def received_before(organization, sha256: str):
    """The referral that came with the same file, newest first, or None."""
    same = Document.objects.of(organization).filter(sha256=sha256)
    return Referral.objects.of(organization).filter(document__in=same).order_by("-received_on").first()


def decision_of(found: Referral) -> Decision | None:
    """The newest decision on a referral of `referral`, whichever reading it was made on."""
    made = [decision for said in found.recommendations.all() for decision in said.decisions.all()]
    return max(made, key=lambda decision: (decision.created_at, decision.pk), default=None)


def decided_disciplines(organization, episode) -> list[str]:
    """The disciplines a therapist decided on for an episode; empty where it came without a referral."""
    made = Decision.objects.of(organization).filter(recommendation__referral__episode=episode)
    last = made.order_by("-created_at", "-id").values_list("disciplines", flat=True).first()
    return list(last or ())


def ordered_in_writing(organization, episode) -> set[str] | None:
    """The disciplines a signed order asks for; empty where it names none, None where there is no signed order."""
    rows = Referral.objects.of(organization).filter(episode=episode, signed_on__isnull=False)
    orders = list(rows.values_list("ordered", flat=True))
    return {key for ordered in orders for key in ordered} if orders else None


def person_of(found: Referral) -> Person:
    """The person a referral names, as matching looks at them."""
    return Person(str(found.pk), ((found.family, found.given),), found.birth_date, found.sex, found.phone)


def doubles(organization, found: Referral) -> list[tuple[Patient, Likeness]]:
    """Patients who may be the person the referral names, most alike first."""
    return possible_doubles(organization, person_of(found)) if found.family or found.given else []


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a letter: plain where `kind` is empty, else evidence that the reasons `numbers` rest on; `first` of them start here."""

    text: str
    kind: str = ""
    label: str = ""
    numbers: tuple[int, ...] = ()
    first: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One item of the answer as the page lists it: number links words and reason."""

    number: int
    kind: str
    item: dict[str, Any]

    @property
    def label(self) -> str:
        """The function, condition or warning sign in words."""
        return self.item.get("label") or self.item.get("name", "")


def evidence(answer: dict[str, Any]) -> list[Evidence]:
    """Everything in the answer that rests on words or an entered level, flags first; what says nothing here and now last."""
    listed = [("flag", flag) for flag in answer["flags"] if flag["state"] != "denied"]
    listed += [("function", item) for item in answer["functions"] if item["counted"]]
    listed += [("condition", answer["condition"])] if answer.get("condition") else []
    listed += [("negated", item) for item in answer["functions"] if not item["counted"]]
    listed += [("negated", flag) for flag in answer["flags"] if flag["state"] == "denied"]
    return [Evidence(number, kind, item) for number, (kind, item) in enumerate(listed, 1)]


def unwrapped(text: str) -> str:
    """A text without the line breaks of a printed page, character for character, so that quotes keep their places.

    >>> unwrapped("She has been unable to climb the stairs of her own house\nsince May.\nPlan: treat.")
    'She has been unable to climb the stairs of her own house since May.\nPlan: treat.'
    """
    return re.sub(r"(?m)(?<=\S.{54})\n(?=[a-z])", " ", text)


def pieces(text: str, where: str, found: list[Evidence]) -> list[Piece]:
    """A text cut wherever evidence begins or ends; a stretch that several rest on shows the kind of the one listed first."""
    text = unwrapped(text)
    own = [e for e in found if e.item["in"] == where and e.item["end"] > e.item["start"]]
    edges = {0, len(text), *(e.item["start"] for e in own), *(e.item["end"] for e in own)}
    cut, begun = [], set()
    for start, end in pairwise(sorted(edges)):
        over = [e for e in own if e.item["start"] <= start and end <= e.item["end"]]
        numbers = tuple(e.number for e in over)
        first = tuple(n for n in numbers if n not in begun)
        begun.update(numbers)
        kind = over[0].kind if over else ""
        cut.append(Piece(text[start:end], kind, ", ".join(dict.fromkeys(e.label for e in over)), numbers, first))
    return cut


def questions_to_ask(answer: dict[str, Any]) -> str:
    """The letter's open questions as a numbered list, what a physician must say first."""
    first = [f"The request says “{' '.join(f['text'].split())}”. Has a physician seen this, and may therapy begin?"
             for f in answer["flags"] if f["state"] == "fired"]  # fmt: skip
    return "\n".join(f"{n}. {one}" for n, one in enumerate([*first, *answer["questions"]], 1))


def given_texts(found: Referral, heard: Iterable[QuestionAnswer] = ()) -> list[tuple[str, str]]:
    """Where the words of a referral stand: the letter, or each entry of its profile, and answers since, as the answer names them."""
    since = [(f"answers[{n}]", one.text) for n, one in enumerate(heard)]
    if found.text:
        return [("text", found.text), *since]
    profile = found.profile
    texts = [("diagnosis", profile["diagnosis"])] if profile.get("diagnosis") else []
    for key in ("problems", "flags"):
        texts += [(f"{key}[{n}]", entry) for n, entry in enumerate(profile.get(key, ())) if isinstance(entry, str)]
    return [*texts, *since]


def heard_before(found: Referral, said: Recommendation | None) -> list[QuestionAnswer]:
    """The referrer's answers that a reading had, in its order."""
    every = sorted((a for q in found.questions.all() for a in q.answers.all()), key=lambda a: (a.created_at, a.pk))
    return [a for a in every if said is None or a.created_at <= said.created_at]
