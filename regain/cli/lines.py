"""JSON Lines in, one answer a request out: what `recommend`, `score`, `units`, `estimate` and `due` share."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, TextIO

from regain.reference.rules import Finding, blocks, error

Json = dict[str, Any]


class Unreadable(Exception):
    """An input that cannot be read at all: exit code 2. The message says what was found and what to try."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `data` is None where the line was bad; `findings` then says why. `origin` is `file:line`."""

    origin: str
    data: Json | None
    findings: tuple[Finding, ...] = ()

    @property
    def id(self) -> Any:
        """The id as given, else `file:line`."""
        return self.origin if self.data is None else self.data.get("id", self.origin)


Reader = Callable[[Path], Iterable[Request]]


def read_requests(paths: list[str], readers: Mapping[str, Reader] | None = None, stdin: TextIO | None = None) -> Iterator[Request]:  # fmt: skip
    """Requests of files, folders (sorted, readable suffixes only) or standard input (`-`, or no path at all).

    `readers` maps further suffixes (`.txt`, `.pdf`) to functions. Raises Unreadable.
    """
    readers = {".jsonl": _jsonl, ".ndjson": _jsonl, ".json": _json, **(readers or {})}
    for name in paths or ["-"]:
        if name == "-":
            yield from parse_lines(stdin or sys.stdin, "-")
            continue
        path = Path(name)
        if path.is_dir():
            for inner in sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in readers):
                yield from _open(inner, readers)
        else:
            yield from _open(path, readers)


def _open(path: Path, readers: Mapping[str, Reader]) -> Iterator[Request]:
    reader = readers.get(path.suffix.lower(), _jsonl)
    try:
        yield from reader(path)
    except OSError as problem:
        raise Unreadable(f"cannot read {path}: {problem.strerror}; check the name and the permissions") from problem


def _jsonl(path: Path) -> Iterator[Request]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        yield from parse_lines(file, path.name)


def _json(path: Path) -> Iterator[Request]:
    """One object or a list of objects; falls back to lines, since `.json` often holds JSON Lines."""
    text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    try:
        whole = json.loads(text, parse_constant=_no_constant)
    except ValueError:
        yield from parse_lines(text.splitlines(), path.name)
        return
    items = whole if isinstance(whole, list) else [whole]
    for number, item in enumerate(items, 1):
        yield _request(item, f"{path.name}:{number}")


def parse_lines(lines: Iterable[str], name: str) -> Iterator[Request]:
    """One request a line; blank lines count for numbering and are otherwise ignored."""
    for number, line in enumerate(lines, 1):
        if number == 1:
            line = line.removeprefix("\ufeff")
        if not line.strip():
            continue
        origin = f"{name}:{number}"
        try:
            yield _request(json.loads(line, parse_constant=_no_constant), origin)
        except (ValueError, RecursionError) as problem:
            shown = line.strip()[:80].encode("utf-8", "replace").decode()
            yield Request(origin, None, (error(
                "BAD_VALUE", f"{origin} is not JSON: {problem}", where=origin, found=shown,
                expected="one JSON object a line", try_="Check quotes, commas and brackets of this line."),))  # fmt: skip


def _request(item: Any, origin: str) -> Request:
    if isinstance(item, dict):
        return Request(origin, item)
    return Request(origin, None, (error(
        "BAD_VALUE", f"{origin} is {type(item).__name__}, not an object.", where=origin, found=item,
        expected="one JSON object a line", try_="Put the request in braces."),))  # fmt: skip


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def run(requests: Iterable[Request], answer: Callable[[Request], Json], as_json: bool, words: Callable[[Json], str]) -> int:  # fmt: skip
    """Answer each request in order and print it, as JSON Lines or as words; returns the exit code."""
    code = 0
    try:
        for request in requests:
            reply = _answered(answer, request)
            findings = [f.as_json() if isinstance(f, Finding) else f for f in reply["findings"]]
            reply = {**reply, "findings": findings}
            if any(f["severity"] == "error" for f in findings):
                code = 1
            print(dumps(reply) if as_json else _printable(words(reply)), flush=True)
    except Unreadable as problem:
        print(f"regain: {problem}", file=sys.stderr)
        return 2
    return code


def _answered(answer: Callable[[Request], Json], request: Request) -> Json:
    """The answer; where a rule breaks on a value nobody thought of, the shape of a bad line, so that no other line is lost."""
    try:
        return answer(request)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as problem:
        cause = f"{type(problem).__name__}: {problem}"[:200]
        print(f"regain: {request.origin}: {cause}", file=sys.stderr)
        broken = error("BAD_VALUE", f"{request.origin} could not be answered ({cause}).", where=request.origin,
                       expected="values of ordinary size and kind", try_="Check the numbers and dates of this line.")  # fmt: skip
        return {**answer(Request(request.origin, None, (broken,))), "id": request.id}


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def dumps(reply: Json) -> str:
    """One line of JSON. Decimals and floats lose trailing zeros of no meaning: 13.0 stays 13.0, 13.50 is 13.5."""
    try:
        text = json.dumps(reply, ensure_ascii=False, default=_plain, allow_nan=False)
    except ValueError:
        # 1e999 is JSON and no number that can be held: what came as such goes out as the word
        return dumps(_finite(reply))
    # half a surrogate pair, which JSON may carry as \\ud800, has no UTF-8: it goes out as it came in
    return text if text.isascii() or _encodes(text) else json.dumps(reply, default=_plain, allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, float | Decimal) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    return [_finite(inner) for inner in value] if isinstance(value, list | tuple) else value


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "as_json"):
        return value.as_json()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def rounded(value: Decimal | float | int, places: int = 2) -> float:
    """Half up, never half even.

    >>> rounded(2.675), rounded(0.125)
    (2.68, 0.13)
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} cannot be rounded")
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


__all__ = ["Json", "Request", "Unreadable", "blocks", "dumps", "parse_lines", "read_requests", "rounded", "run"]
