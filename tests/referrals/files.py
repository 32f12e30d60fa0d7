"""Letters and requests of our own, made small: PDFs by hand, FHIR as dicts."""

from __future__ import annotations

import io
from typing import Any

LETTER = """REASON FOR REFERRAL: Left knee pain.

HISTORY: Ruth Pelletier is a 71 year old woman with knee pain for six weeks. Denies fever.
She cannot climb stairs and needs help with dressing and in the shower.

PLAN: Please evaluate and treat.
"""


def pdf(text: str = LETTER, password: str = "", pages: int = 1) -> bytes:
    """A text PDF with the lines of `text` on each page; locked where there is a password."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(_one_page(text))))
    for _ in range(pages - 1):
        writer.append(PdfReader(io.BytesIO(_one_page(text))))
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _one_page(text: str) -> bytes:
    escaped = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in text.splitlines()]
    stream = "BT /F1 11 Tf 14 TL 50 780 Td " + " ".join(f"({line}) Tj T*" for line in escaped) + " ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]  # fmt: skip
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (
        body
        + f"xref\n0 6\n0000000000 65535 f \n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    ).encode()


def bundle(**changes: Any) -> dict[str, Any]:
    """A bundle with a patient, an order and a stranger's condition."""
    patient = {"resourceType": "Patient", "id": "p1", "name": [{"family": "Moreau", "given": ["Lucie"]}], "birthDate": "1954-03-02",
               "gender": "female", "telecom": [{"system": "phone", "value": "207 555 0142"}]}  # fmt: skip
    order = {"resourceType": "ServiceRequest", "id": "s1", "status": "active", "intent": "order", "subject": {"reference": "Patient/p1"},
             "authoredOn": "2026-11-20", "requester": {"reference": "Practitioner/d1"}, "code": {"text": "Therapy"},
             "reasonCode": [{"text": "Stroke three weeks ago, cannot dress, trouble walking"}]}  # fmt: skip
    doctor = {"resourceType": "Practitioner", "id": "d1", "name": [{"family": "Okafor", "given": ["Ada"]}]}
    stranger = {"resourceType": "Patient", "id": "p2", "name": [{"family": "Other"}]}
    theirs = {
        "resourceType": "Condition",
        "id": "c2",
        "subject": {"reference": "Patient/p2"},
        "code": {"text": "Dementia"},
    }
    entries = {"patient": patient, "order": order, "doctor": doctor, "stranger": stranger, "theirs": theirs, **changes}
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in entries.values() if r]}
