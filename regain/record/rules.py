"""What every entry shares, as values: the audit chain and the hash of what was signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from regain.reference.rules import Finding, error

GENESIS = "0" * 64


def digest(content: Any) -> str:
    """SHA-256 of the canonical JSON of what was signed (sorted keys, dates and decimals as text).

    >>> digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    True
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Line:
    """One audit line as the chain sees it. `body` is its canonical content, `previous` the hash before it."""

    sequence: int
    previous: str
    body: Any
    hash: str


def line_hash(sequence: int, previous: str, body: Any) -> str:
    """The hash of a line: over its number, the hash before it and what it says."""
    return digest([sequence, previous, body])


def check_chain(lines: Iterable[Line]) -> list[Finding]:
    """What is broken in a chain given in order of sequence; empty means whole.

    Finds a changed line, a removed or inserted one, and a wrong start. A chain cut at its end is found by comparing
    its length with the head an operator kept.
    """
    findings, expected, previous = [], 1, GENESIS
    for line in lines:
        if line.sequence != expected:
            findings.append(
                error("AUDIT_GAP", f"Audit line {expected} is missing.", found=line.sequence, expected=str(expected))
            )
        elif line.previous != previous:
            findings.append(error("AUDIT_BREAK", f"Audit line {line.sequence} does not follow the line before it."))
        if line_hash(line.sequence, line.previous, line.body) != line.hash:
            findings.append(error("AUDIT_CHANGED", f"Audit line {line.sequence} was changed after it was written."))
        expected, previous = line.sequence + 1, line.hash
    return findings
