"""Letters from files as requests of `recommend`: text, PDF (text or scan) and FHIR."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from regain.cli.lines import Request, parse_lines
from regain.referrals.letters import decoded, pdf_text


def text_file(path: Path) -> Iterator[Request]:
    """One letter a `.txt`; the id is the file's name."""
    yield letter(decoded(path.read_bytes()), path.name)


def letter(text: str, origin: str) -> Request:
    """A request for one letter."""
    return Request(origin, {"text": text})


def pdf_file(path: Path) -> Iterator[Request]:
    """One letter a `.pdf`."""
    text, findings = pdf_text(path.read_bytes(), path.name)
    if text is None:
        yield Request(path.name, None, findings)
    else:
        yield Request(path.name, {"text": text}, findings)


def json_file(path: Path) -> Iterator[Request]:
    """A FHIR Bundle or ServiceRequest as one letter, else the requests of a JSON file or JSON Lines."""
    text = decoded(path.read_bytes())
    try:
        whole = json.loads(text)
    except ValueError:
        yield from parse_lines(text.splitlines(), path.name)
        return
    if isinstance(whole, dict) and "resourceType" in whole:
        yield fhir_request(whole, path.name)
        return
    items = whole if isinstance(whole, list) else [whole]
    yield from parse_lines((json.dumps(item) for item in items), path.name)


def fhir_request(resource: Mapping[str, Any], origin: str) -> Request:
    """The request of a Bundle or ServiceRequest."""
    from regain.referrals.fhir import request_words  # only where there is FHIR, so that start-up stays quick

    text, findings = request_words(resource)
    identifier = resource.get("id")
    data = {"text": text, **({"id": identifier} if isinstance(identifier, str) else {})}
    return Request(origin, data, findings)


__all__ = ["decoded", "fhir_request", "json_file", "letter", "pdf_file", "text_file"]
