"""Pages of visits: my notes, begin one, write and sign it, read it, amend, cosign, take a measure."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from regain.coverage.queries import code_choices
from regain.credentials.queries import kinds_of
from regain.episodes.queries import readable_episode
from regain.organizations.access import needs
from regain.organizations.queries import disciplines
from regain.organizations.rules import Permission
from regain.outcomes.forms import ScoreForm
from regain.outcomes.queries import courses, instruments
from regain.outcomes.views import choices
from regain.people.queries import practitioner_of
from regain.record.actions import Signed, Stale, audit
from regain.record.once import once
from regain.reference.rules import Finding
from regain.visits import actions, queries
from regain.visits.forms import AmendForm, LineForms, NoteForm, StartForm, as_lines, filled

WORDS = ("subjective", "objective", "assessment", "next_steps", "total_minutes", "together_minutes", "kind")


@needs(Permission.WRITE_NOTE)
def mine(request: HttpRequest) -> HttpResponse:
    """Notes begun and not signed, and notes waiting for my cosignature."""
    context = {
        "drafts": queries.drafts(request.member),
        "waiting": queries.awaiting_cosignature(request.member),
        "disciplines": disciplines(),
    }
    return render(request, "visits/mine.html", context)


@needs(Permission.SEE_CHART)
def episode(request: HttpRequest, pk) -> HttpResponse:
    """The visits of an episode, both disciplines, newest first."""
    found = readable_episode(request.member, pk, request.now)
    audit("visits seen", found, by=request.member, at=request.now, patient=found.patient_id)
    context = {"episode": found, "visits": queries.whole_visits(request.member).filter(episode=found), "disciplines": disciplines(),
               "may_write": request.member.may(Permission.WRITE_NOTE)}  # fmt: skip
    return render(request, "visits/episode.html", context)


@needs(Permission.WRITE_NOTE)
@once
def start(request: HttpRequest, pk) -> HttpResponse:
    """Begin a note: it is filled in from this discipline's last visit."""
    found = readable_episode(request.member, pk, request.now)
    practitioner = practitioner_of(request.member)
    if practitioner is None:
        raise PermissionDenied(
            "Only a therapist or an assistant writes notes. Ask the owner to link your sign-in to a practitioner."
        )
    choices = [(key, row["name"]) for key, row in disciplines().items()]
    own = next((key for key, _ in choices if kinds_of(key).level_of(practitioner.profession)), None)
    booked = queries.booked_appointment(request.member, found, request.GET.get("appointment", ""))
    initial = {"discipline": own, "kind": request.GET.get("kind", "treatment"), "on": localdate(request.now)}
    if booked:
        initial = {
            "discipline": booked.discipline,
            "kind": booked.kind,
            "on": localdate(booked.starts_at, ZoneInfo(booked.site.time_zone)),
        }
    form = StartForm(request.POST or None, disciplines=choices, initial=initial)
    if form.is_valid():
        visit = actions.start_visit(
            episode=found, practitioner=practitioner, by=request.member, at=request.now, **form.cleaned_data
        )
        return redirect("visits:note", pk=visit.pk)
    context = {
        "episode": found,
        "form": form,
        "last": {key: queries.last_visit(request.member, found, key) for key, _ in choices},
    }
    return render(request, "visits/start.html", context, status=422 if request.method == "POST" else 200)


def _visit(request: HttpRequest, pk):
    """The visit with all under it, if this member may open the chart."""
    visit = get_object_or_404(queries.whole_visits(request.member), pk=pk)
    readable_episode(request.member, visit.episode_id, request.now)
    return visit


@needs(Permission.SEE_CHART)
@once
def note(request: HttpRequest, pk) -> HttpResponse:
    """A note: a form while it is open to its author, afterwards what was signed."""
    visit = _visit(request, pk)
    author = practitioner_of(request.member)
    if visit.signed_at or author is None or author.pk != visit.practitioner_id:
        if request.method == "POST":
            raise PermissionDenied("This note is signed or somebody else's: it is amended, not changed.")
        audit("visit seen", visit, by=request.member, at=request.now, patient=visit.patient_id)
        return _signed(request, visit, AmendForm())
    if request.method == "POST":
        return _write(request, visit)
    audit("visit seen", visit, by=request.member, at=request.now, patient=visit.patient_id)
    return _page(request, visit, _form(visit), _lines(request, visit), queries.lines_of(visit))


def _form(visit, data: Any = None) -> NoteForm:
    initial = {name: getattr(visit, name) for name in WORDS} | {
        "version": visit.version,
        "total_minutes": visit.total_minutes or None,
        "together_minutes": visit.together_minutes or None,
    }
    form = NoteForm(data, initial=initial)
    if data is None:
        # a note is written from the keyboard: the first field is where typing starts
        form.fields["subjective"].widget.attrs["autofocus"] = True
    return form


def _lines(request: HttpRequest, visit, data: Any = None):
    rows = [{"id": i.pk, "code": i.code, "label": i.label, "dose": i.dose, "minutes": i.minutes or None, "goal": i.goal_id}
            for i in visit.interventions.all()]  # fmt: skip
    goals = [(str(g.pk), g.text[:60]) for g in queries.goals(request.member, visit.episode)]
    options = {"codes": code_choices(visit.discipline), "goals": goals}
    return LineForms(data, initial=rows, prefix="lines", form_kwargs=options)


def _write(request: HttpRequest, visit) -> HttpResponse:
    form, lines = _form(visit, request.POST), _lines(request, visit, request.POST)
    if not (form.is_valid() and lines.is_valid()):
        return _page(request, visit, form, lines, queries.lines_of(visit), status=422)
    rows, words, act = filled(lines), {name: form.cleaned_data[name] for name in WORDS}, request.POST.get("act", "save")
    if act == "count":
        return _page(request, visit, form, lines, as_lines(rows), words)
    try:
        saved = actions.save_note(
            visit, version=form.cleaned_data["version"], by=request.member, at=request.now, words=words, lines=rows
        )
        if act != "sign":
            messages.success(request, "Saved. Nothing is signed yet.")
            return redirect("visits:note", pk=visit.pk)
        findings = actions.sign_visit(
            saved, version=saved.version, by=request.member, at=request.now, today=localdate(request.now)
        )
    except Stale as stale:
        return _conflict(request, visit, stale, rows)
    except Signed:
        messages.error(request, "This note was signed meanwhile; what you typed was not saved. Amend it below.")
        return redirect("visits:note", pk=visit.pk)
    if any(f.severity == "error" for f in findings):
        messages.error(request, "Saved, and not signed yet: see what must be solved first.")
        return redirect("visits:note", pk=visit.pk)
    messages.success(request, "Signed. The note is frozen; what is to be added is an amendment.")
    return redirect("visits:note", pk=visit.pk)


def _conflict(request: HttpRequest, visit, stale: Stale, rows: list[dict[str, Any]]) -> HttpResponse:
    """Both versions side by side; the form keeps what was typed and is now at their version."""
    theirs = _visit(request, visit.pk)
    data = request.POST.copy()
    data["version"] = str(theirs.version)
    form, lines = _form(theirs, data), _lines(request, theirs, data)
    form.is_valid(), lines.is_valid()
    kinds = dict(form.fields["kind"].choices)
    pairs = [(str(form.fields[name].label), getattr(theirs, name), stale.yours.get(name, "")) for name in WORDS]
    pairs = [(label, kinds.get(a, a), kinds.get(b, b)) for label, a, b in pairs]
    mine_by_id = {str(row["id"]): row for row in rows if row.get("id")}
    for line in theirs.interventions.all():
        typed = mine_by_id.get(str(line.pk), {})
        pairs.append(
            (line.label, f"{line.dose} {line.minutes} min", f"{typed.get('dose', '')} {typed.get('minutes') or 0} min")
        )
    conflict = [pair for pair in pairs if str(pair[1]) != str(pair[2])]
    return _page(request, theirs, form, lines, as_lines(rows), status=409, conflict=conflict)


def _wrong(form, lines) -> list[tuple[str, str, str]]:
    """Every error of the note as (id, label, message), rows of the table included."""
    forms = [(form, "")] + [(row, f"{row['label'].value() or 'new intervention'}: ") for row in lines] if form.is_bound else []  # fmt: skip
    return [(one[name].id_for_label, where + str(one[name].label), str(messages_[0]))
            for one, where in forms for name, messages_ in one.errors.items()]  # fmt: skip


def _unless_untouched(visit, form, findings: list[Finding]) -> list[Finding]:
    """A note just begun is not scolded for being empty."""
    fresh = visit.version == 1 and not form.is_bound
    return [one for one in findings if not (fresh and one.code == "NOTE_EMPTY")]


def _names() -> dict[str, str]:
    """Instruments by key as people call them."""
    return {key: one.fact.label for key, one in instruments().items()}


def _signed(request: HttpRequest, visit, amend: AmendForm, findings: Any = (), status: int = 200) -> HttpResponse:
    """The note as it was signed, its amendments and cosignatures."""
    context = {"visit": visit, "discipline": disciplines()[visit.discipline], "author": practitioner_of(request.member), "amend": amend,
               "findings": findings, "names": _names(), "tally": queries.tally(visit, queries.lines_of(visit), visit.total_minutes, queries.rule_of(visit))}  # fmt: skip
    return render(request, "visits/signed.html", context, status=status)


def _page(
    request: HttpRequest, visit, form, lines, given, words: Any = None, status: int = 200, conflict: Any = None
) -> HttpResponse:
    today = localdate(request.now)
    last = queries.last_visit(request.member, visit.episode, visit.discipline, before=visit)
    was = {i.label: i for i in last.interventions.all()} if last else {}
    total = (words or {}).get("total_minutes") or (visit.total_minutes if words is None else 0) or 0
    goals = queries.goals(request.member, visit.episode)
    number, planned = queries.given_and_planned(visit)
    context = {
        "number": number, "planned": planned, "wrong": _wrong(form, lines),
        "visit": visit, "discipline": disciplines()[visit.discipline], "form": form, "lines": lines, "last": last, "was": was,
        "tally": queries.tally(visit, given, total, queries.rule_of(visit)), "conflict": conflict, "goals": goals,
        "findings": _unless_untouched(visit, form, queries.signing_findings(visit, request.member, today, given, words)),
        "names": _names(), "measures": courses(request.member, visit.episode, queries.targets(goals)),
        "read": [instruments()[g.measure] for g in goals if g.measure in instruments()],
    }  # fmt: skip
    return render(request, "visits/note.html", context, status=status)


@needs(Permission.WRITE_NOTE)
@require_POST
def units(request: HttpRequest, pk) -> HttpResponse:
    """Running minutes, units and findings of what is typed; saves nothing."""
    visit = _visit(request, pk)
    form, lines = _form(visit, request.POST), _lines(request, visit, request.POST)
    sound = form.is_valid() and lines.is_valid()
    given = as_lines(filled(lines)) if sound else queries.lines_of(visit)
    words = {name: form.cleaned_data[name] for name in WORDS} if sound else None
    total = (words or {}).get("total_minutes") or (0 if sound else visit.total_minutes)
    context = {
        "tally": queries.tally(visit, given, total, queries.rule_of(visit)), "sound": sound,
        "findings": queries.signing_findings(visit, request.member, localdate(request.now), given, words),
    }  # fmt: skip
    return render(request, "visits/_running.html", context)


@needs(Permission.WRITE_NOTE)
def choose(request: HttpRequest, pk) -> HttpResponse:
    """Any measure, to be taken in a note."""
    visit = _visit(request, pk)
    context = choices(request.member, visit.episode, request.GET.get("q", ""))
    back = reverse("visits:note", args=[visit.pk])
    return render(request, "outcomes/choose.html", context | {"visit": visit, "back": back})


@needs(Permission.WRITE_NOTE)
@once
def measure(request: HttpRequest, pk, key: str) -> HttpResponse:
    """Take a measure in a note."""
    visit = _visit(request, pk)
    if key not in instruments():
        raise Http404(f"No instrument {key!r}.")
    form = ScoreForm(instruments()[key], request.POST or None, initial={"taken_on": visit.on})
    findings = []
    if form.is_valid():
        row, findings = actions.take_measure(visit, measure=key, inputs=form.inputs(), by=request.member, at=request.now, note=form.cleaned_data["note"])  # fmt: skip
        if row:
            messages.success(request, f"{instruments()[key].fact.label}: {row.display}")
            return redirect("visits:note", pk=visit.pk)
    context = {"episode": visit.episode, "instrument": instruments()[key], "form": form, "findings": findings, "old": None, "last": None,
               "back": reverse("visits:note", args=[visit.pk])}  # fmt: skip
    return render(request, "outcomes/record.html", context, status=422 if request.method == "POST" else 200)


@needs(Permission.PLAN)
@require_POST
@once
def section(request: HttpRequest, pk) -> HttpResponse:
    """Begin the plan's section from a signed evaluation."""
    visit = _visit(request, pk)
    result = actions.section_from(visit, by=request.member, at=request.now)
    if isinstance(result, list):
        return _signed(request, visit, AmendForm(), result, 422)
    return redirect("plan_of_care:edit_section", visit.episode_id, visit.discipline)


@needs(Permission.WRITE_NOTE)
@require_POST
@once
def amend(request: HttpRequest, pk) -> HttpResponse:
    """Add to a signed note."""
    visit = _visit(request, pk)
    form = AmendForm(request.POST)
    findings = []
    if form.is_valid():
        amendment, findings = actions.amend_visit(visit, by=request.member, at=request.now, **form.cleaned_data)
        if amendment:
            messages.success(request, "Amended. The note stands as it was signed, with your addition below it.")
            return redirect("visits:note", pk=visit.pk)
    return _signed(request, visit, form, findings, 422)


@needs(Permission.WRITE_NOTE)
@require_POST
@once
def cosign(request: HttpRequest, pk) -> HttpResponse:
    """Agree to an assistant's signed note."""
    visit = _visit(request, pk)
    row, findings = actions.cosign_visit(visit, by=request.member, at=request.now)
    if row:
        messages.success(request, "Cosigned.")
        return redirect("visits:note", pk=visit.pk)
    return _signed(request, visit, AmendForm(), findings, 422)
