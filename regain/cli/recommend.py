"""`regain recommend`: OT, PT, both or a physician first, from letters, bundles or profiles. See docs/contract."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from regain.cli import letters
from regain.cli.lines import Json, Request, read_requests, rounded, run
from regain.reference.facts import facts
from regain.referrals.rules import Knowledge, as_words, explained, knowledge, profile_of, recommend

_READERS = {".txt": letters.text_file, ".pdf": letters.pdf_file, ".json": letters.json_file}
_NOTHING = ("recommendation", "disciplines", "urgency", "confidence", "points", "functions", "flags", "condition",
            "reasons", "orders", "questions", "notes")  # fmt: skip
_PROGRESS_EVERY = 100
_LONGEST_PATH = 250


def main(argv: list[str]) -> int:
    """Answer each request; returns the exit code of the contract."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.text and options.text != "-" and len(options.text) < _LONGEST_PATH and Path(options.text).is_file():
        parser.error(f"--text takes the words of a letter, and {options.text} is a file: leave --text out to read it")
    known = knowledge(facts("referrals"))
    requests: Iterable[Request] = read_requests(options.paths, _READERS) if not options.text else _one(options)
    words = explained if options.explain else as_words
    return run(
        _counted(requests), lambda request: answer(request, known), options.json, lambda reply: words(reply, known)
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="regain recommend", description="OT, PT, both or a physician first: explained, "
                                     "with the words it rests on. Reads letters (.txt, .pdf), FHIR (.json), JSON Lines, folders.")  # fmt: skip
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="files or folders; none or - reads JSON Lines from standard input"
    )
    parser.add_argument(
        "--text", metavar="LETTER", help="the words of one letter, or - to read one letter from standard input"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a request, nothing else")
    parser.add_argument(
        "--explain", action="store_true", help="every item used, dropped or asked, with points and sources"
    )
    return parser


def _one(options: argparse.Namespace) -> Iterator[Request]:
    """The one letter of `--text`, after any paths."""
    if options.paths:
        yield from read_requests(options.paths, _READERS)
    if options.text == "-":
        yield letters.letter(letters.decoded(sys.stdin.buffer.read()), "-")
    else:
        yield letters.letter(options.text, "--text")


def _counted(requests: Iterable[Request]) -> Iterator[Request]:
    """The same requests, with a count on standard error when a person watches long work."""
    shown = sys.stderr.isatty()
    number = 0
    for request, number in zip(requests, count(1), strict=False):
        if shown and number % _PROGRESS_EVERY == 0:
            print(f"\r{number} answered", end="", file=sys.stderr, flush=True)
        yield request
    if shown and number >= _PROGRESS_EVERY:
        print(f"\r{number} answered", file=sys.stderr)


def answer(request: Request, known: Knowledge) -> Json:
    """One request as the object of the contract; an unreadable one has findings and nulls."""
    base = {"id": request.id}
    nothing = {**base, **dict.fromkeys(_NOTHING), "version": known.version, "facts": dict(known.versions)}
    if request.data is None:
        return {**nothing, "findings": list(request.findings)}
    profile, findings = profile_of(request.data, known)
    findings = (*request.findings, *findings)
    if profile is None:
        return {**nothing, "findings": list(findings)}
    reply = recommend(profile, known, findings).as_json()
    reply["points"] = _rounded(reply["points"])
    for item in reply["functions"]:
        item["points"] = _rounded(item["points"])
    return {**base, **reply}


def _rounded(points: dict[str, float]) -> dict[str, float]:
    return {name: rounded(value) for name, value in points.items()}
