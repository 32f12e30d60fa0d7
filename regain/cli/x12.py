"""What pyx12 says of a claim file: an outside reader of the same guide, so that our own mistakes are seen."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any


def refused(text: str) -> list[str]:
    """Every error pyx12 finds in an X12 file, in words; empty means it accepts the file."""
    from pyx12.errors import EngineError
    from pyx12.params import params
    from pyx12.x12n_document import x12n_document

    said = io.StringIO()
    try:
        accepted = x12n_document(params(), io.StringIO(text), None, None, None, said)
    except EngineError as problem:
        return [str(problem)]
    found = list(_errors(json.loads(said.getvalue() or "{}")))
    return found or ([] if accepted else ["it is no X12 file"])


def _errors(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        where = node.get("seg_id") or node.get("segment_id") or ""
        for one in node.get("errors", []):
            text = one.get("err_str") or one.get("message") or json.dumps(one) if isinstance(one, dict) else str(one)
            yield f"{where}: {text}" if where else text
        for value in node.values():
            yield from _errors(value) if isinstance(value, (dict, list)) else ()
    elif isinstance(node, list):
        for one in node:
            yield from _errors(one) if isinstance(one, (dict, list)) else ()
