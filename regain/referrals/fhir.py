"""FHIR requests for therapy: what a Bundle or ServiceRequest says, as words, a person and a referrer. Plain dicts."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from regain.reference.rules import Finding, Severity, error, warning
from regain.referrals.letters import decoded, pdf_text

_MOST_BYTES = 50_000_000
_TAG = re.compile(r"<[^>]*>")
_BLOCK_END = re.compile(r"</(?:p|div|li|tr|h\d|td)>|<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """What a Bundle or ServiceRequest asks for. `text` is what the recommendation reads."""

    text: str
    family: str
    given: str
    birth_date: date | None
    sex: str
    phone: str
    state: str
    signed_on: date | None
    referrer: tuple[str, str, str]  # family, given, NPI
    findings: tuple[Finding, ...]


def request_words(resource: Mapping[str, Any]) -> tuple[str, tuple[Finding, ...]]:
    """Reason, notes, conditions and attached documents of one patient as one text, and what was left out."""
    findings: list[Finding] = []
    resources = list(_of_one_patient(list(_resources(resource)), findings))
    orders = [item for item in resources if item.get("resourceType") == "ServiceRequest"]
    parts: list[str] = []
    for item in orders:
        parts += _order_words(item)
    for item in resources:
        if item not in orders:
            parts += _resource_words(item, findings)
    return "\n\n".join(dict.fromkeys(part for part in parts if part.strip())), tuple(findings)


# orders of these categories (SNOMED CT) ask for no therapy
_OTHER_ORDERS = {"108252007": "a laboratory test", "363679005": "imaging", "387713003": "surgery"}
_STATES = ("active", "on-hold", "unknown")


def why_no_referral(order: Mapping[str, Any]) -> str:
    """Why a ServiceRequest asks nothing of a therapist now; empty where it does."""
    status = order.get("status", "active")
    if status not in _STATES:
        return f"the request is {status}: nothing is asked for now"
    codes = {code for category in _list(order.get("category")) for code in _codes(category)}
    other = next((_OTHER_ORDERS[code] for code in sorted(codes) if code in _OTHER_ORDERS), "")
    return f"it asks for {other}, not for therapy" if other else ""


def request_of(resource: Any) -> Request:
    """A whole request; its findings hold an error where there is no person or nothing to read."""
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        return _refused("BAD_VALUE", "This is not a FHIR resource.", "a Bundle or ServiceRequest in JSON")
    if resource["resourceType"] not in ("Bundle", "ServiceRequest"):
        return _refused(
            "BAD_VALUE", f"This is a {resource['resourceType']}, not a request.", "a Bundle or ServiceRequest"
        )
    text, said = request_words(resource)
    findings = list(said)
    resources = list(_resources(resource))
    patient = _patient(resources)
    if patient is None and sum(item.get("resourceType") == "Patient" for item in resources) > 1:
        return _refused(
            "OTHER_PATIENT",
            "The bundle holds several patients and the order names none of them.",
            "one patient a request",
        )
    if patient is None:
        findings.append(warning("REFERENCE_MISSING", "The request names no patient that came with it.", where="subject",
                                expected="a Patient in the bundle", try_="Enter the person's name and birth date."))  # fmt: skip
    orders = [item for item in resources if item.get("resourceType") == "ServiceRequest"]
    if not text.strip():
        findings.append(error("NO_TEXT", "The request gives no reason, note, condition or document.", where="reasonCode",
                              expected="why therapy is asked for", try_="Ask the sender for the reason, or use the form."))  # fmt: skip
    person = patient or {}
    name = next((n for n in _list(person.get("name")) if isinstance(n, dict)), {})
    return Request(text, _word(name.get("family")), " ".join(_word(g) for g in _list(name.get("given"))).strip(),
                   _day(person.get("birthDate"), "birthDate", findings), _word(person.get("gender"))[:10], _phone(person),
                   _state(person), _day(orders[0].get("authoredOn") if orders else None, "authoredOn", findings),
                   _referrer(orders, resources), tuple(findings))  # fmt: skip


def _refused(code: str, message: str, expected: str) -> Request:
    finding = error(code, message, where="file", expected=expected, try_="Export the request as FHIR R4 JSON.")
    return Request("", "", "", None, "", "", "", None, ("", "", ""), (finding,))


def _word(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _day(value: Any, where: str, findings: list[Finding]) -> date | None:
    if value in (None, ""):
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        findings.append(warning("BAD_VALUE", f"{where} is {value!r}, not a whole date.", where=where, found=str(value)[:40],
                                expected="YYYY-MM-DD", try_="Enter the date by hand."))  # fmt: skip
        return None


def _phone(person: Mapping[str, Any]) -> str:
    found = [t for t in _list(person.get("telecom")) if isinstance(t, dict) and t.get("system") == "phone"]
    return _word(found[0].get("value"))[:30] if found else ""


def _state(person: Mapping[str, Any]) -> str:
    found = [a for a in _list(person.get("address")) if isinstance(a, dict)]
    state = _word(found[0].get("state")) if found else ""
    return state if len(state) == 2 else ""


def _referrer(orders: list[Mapping[str, Any]], resources: list[Mapping[str, Any]]) -> tuple[str, str, str]:
    wanted = {_reference(order.get("requester")) for order in orders} - {""}
    for item in resources:
        if item.get("resourceType") == "Practitioner" and (not wanted or _named(item, wanted)):
            name = next((n for n in _list(item.get("name")) if isinstance(n, dict)), {})
            numbers = [
                i for i in _list(item.get("identifier")) if isinstance(i, dict) and "us-npi" in str(i.get("system"))
            ]
            npi = _word(numbers[0].get("value"))[:10] if numbers else ""
            return _word(name.get("family")), " ".join(_word(g) for g in _list(name.get("given"))), npi
    return "", "", ""


def _reference(value: Any) -> str:
    return _word(value.get("reference")) if isinstance(value, dict) else ""


def _named(item: Mapping[str, Any], references: set[str]) -> bool:
    """Whether a reference means this resource (`Patient/1`, `#1`, `urn:uuid:1`)."""
    name = str(item.get("id", ""))
    url = str(item.get("fullUrl", ""))
    return (
        any(ref.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lstrip("#") == name or (url and ref == url) for ref in references)
        if name or url
        else False
    )


def _patient(resources: list[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The patient the orders are about, else the only one."""
    patients = [item for item in resources if item.get("resourceType") == "Patient"]
    wanted = {_reference(item.get("subject")) for item in resources if item.get("resourceType") == "ServiceRequest"} - {
        ""
    }
    meant = [item for item in patients if _named(item, wanted)]
    if meant:
        return meant[0]
    return patients[0] if len(patients) == 1 else None


def _of_one_patient(resources: list[Mapping[str, Any]], findings: list[Finding]) -> Iterator[Mapping[str, Any]]:
    """The resources without those about somebody else, which are named in a finding."""
    patient = _patient(resources)
    others = [item for item in resources if item.get("resourceType") == "Patient" and item is not patient]
    strangers = {str(item.get("id")) for item in others if item.get("id")}
    left_out = 0
    for item in resources:
        about = _reference(item.get("subject")) or _reference(item.get("patient"))
        if patient is not None and about and about.rsplit("/", 1)[-1].rsplit(":", 1)[-1] in strangers:
            left_out += 1
            continue
        yield item
    if left_out:
        findings.append(warning("OTHER_PATIENT", f"{left_out} resource{'s' if left_out > 1 else ''} about another patient {'were' if left_out > 1 else 'was'} left out.", where="entry",
                                found=left_out, expected="one patient a request", try_="Send each patient's request apart."))  # fmt: skip


def _resources(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if resource.get("resourceType") == "Bundle":
        for entry in _list(resource.get("entry")):
            if isinstance(entry, dict) and isinstance(entry.get("resource"), dict):
                full = entry.get("fullUrl")
                yield from _resources(
                    {"fullUrl": full, **entry["resource"]} if isinstance(full, str) else entry["resource"]
                )
        return
    yield resource
    for inner in _list(resource.get("contained")):
        if isinstance(inner, dict):
            yield inner


def concept_words(concept: Any) -> str:
    """The words of a CodeableConcept: its text, else its displays."""
    if not isinstance(concept, dict):
        return ""
    if isinstance(concept.get("text"), str) and concept["text"].strip():
        return concept["text"]
    codings = _list(concept.get("coding"))
    shown = [c["display"] for c in codings if isinstance(c, dict) and isinstance(c.get("display"), str)]
    return ", ".join(dict.fromkeys(shown))


def _order_words(order: Mapping[str, Any]) -> list[str]:
    code = concept_words(order.get("code"))
    reasons = [concept_words(reason) for reason in _list(order.get("reasonCode"))]
    notes = [_note(note) for note in _list(order.get("note"))]
    instruction = order.get("patientInstruction")
    return [
        *([f"Order: {code}."] if code else []),
        *(f"Reason: {reason}." for reason in reasons if reason),
        *notes,
        *([instruction] if isinstance(instruction, str) else []),
    ]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _note(note: Any) -> str:
    return note["text"] if isinstance(note, dict) and isinstance(note.get("text"), str) else ""


def _resource_words(item: Mapping[str, Any], findings: list[Finding]) -> list[str]:
    kind = item.get("resourceType")
    if kind == "Condition":
        return _condition_words(item)
    if kind in ("DocumentReference", "Communication", "CommunicationRequest"):
        holders = [*_list(item.get("content")), *_list(item.get("payload"))]
        found = [h.get("attachment") or h.get("contentAttachment") for h in holders if isinstance(h, dict)]
        said = [h["contentString"] for h in holders if isinstance(h, dict) and isinstance(h.get("contentString"), str)]
        return [*said, *_attached(found, findings)]
    if kind == "DiagnosticReport":
        words = [item["conclusion"]] if isinstance(item.get("conclusion"), str) else []
        return [*words, *_attached(_list(item.get("presentedForm")), findings)]
    if kind == "Binary":
        return _attached([item], findings)
    if kind == "Composition":
        return [words for section in _list(item.get("section")) for words in _section_words(section)]
    if kind in ("Observation", "ClinicalImpression", "CarePlan", "Goal"):
        shown = [item[key] for key in ("summary", "description", "valueString") if isinstance(item.get(key), str)]
        return [*shown, *(_note(note) for note in _list(item.get("note")))]
    return []


def _condition_words(item: Mapping[str, Any]) -> list[str]:
    """Active conditions count now; resolved ones are put under a heading of the past; refuted ones are left out."""
    status = _codes(item.get("clinicalStatus"))
    if _codes(item.get("verificationStatus")) & {"refuted", "entered-in-error"}:
        return []
    words = concept_words(item.get("code"))
    notes = [_note(note) for note in _list(item.get("note"))]
    if status & {"resolved", "inactive", "remission"}:
        return [f"PAST MEDICAL HISTORY:\n{words}\n\nREASON:"] if words else []
    return [f"Reason: {words}.", *notes] if words else notes


def _codes(concept: Any) -> set[str]:
    if not isinstance(concept, dict):
        return set()
    return {c["code"] for c in _list(concept.get("coding")) if isinstance(c, dict) and isinstance(c.get("code"), str)}


def _section_words(section: Any) -> list[str]:
    if not isinstance(section, dict):
        return []
    title = section.get("title")
    narrative = section.get("text")
    body = plain_text(narrative["div"]) if isinstance(narrative, dict) and isinstance(narrative.get("div"), str) else ""
    own = [f"{title}:\n{body}" if isinstance(title, str) else body] if body else []
    return [*own, *(words for inner in _list(section.get("section")) for words in _section_words(inner))]


def plain_text(markup: str) -> str:
    """XHTML narrative as text, a block a line."""
    return html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", markup))).strip()


def _attached(attachments: Iterable[Any], findings: list[Finding]) -> list[str]:
    """The words of attachments that carry their data; links are never followed."""
    words = []
    for attachment in attachments:
        if not isinstance(attachment, dict) or not isinstance(attachment.get("data"), str):
            continue
        kind = str(attachment.get("contentType", "text/plain")).split(";")[0].strip().lower()
        name = str(attachment.get("title") or "attachment")
        try:
            raw = base64.b64decode(attachment["data"], validate=False)
        except (binascii.Error, ValueError):
            findings.append(warning("BAD_VALUE", f"{name} is not base64.", where="attachment", found=name,
                                    expected="base64 data", try_="Attach the document again."))  # fmt: skip
            continue
        if len(raw) > _MOST_BYTES:
            continue
        if kind == "application/pdf" or raw.startswith(b"%PDF"):
            text, said = pdf_text(raw, name)
            # one attachment that cannot be read does not refuse the rest of the request
            findings.extend(replace(one, severity=Severity.WARNING) for one in said)
            words += [text] if text else []
        elif kind in ("text/html", "application/xhtml+xml"):
            words.append(plain_text(decoded(raw)))
        elif kind.startswith("text/"):
            words.append(decoded(raw))
    return words
