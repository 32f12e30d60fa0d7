"""How well `recommend` reads labelled letters, and how fast: `python bench/recommend.py --letters FOLDER_OR_FILE`.

A labelled letter is a JSON line with `text`, `label` (PT, OT, both, none) and `label_confidence`. Prints accuracy, 3-class
macro-F1 (PT, OT involved, none), F1 of any therapy, needs-PT and needs-OT, with the majority and keyword baselines.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from regain.reference.facts import facts
from regain.referrals.rules import Knowledge, knowledge, profile_of, recommend

CLASSES = ("PT", "OT involved", "none")
_KEYWORDS = {"PT": ("walk", "gait", "knee", "back", "shoulder", "hip", "strength", "balance", "fall"),
             "OT": ("hand", "dress", "bath", "memory", "adl", "finger", "cognit", "self-care")}  # fmt: skip


def f1(truth: Iterable[bool], said: Iterable[bool]) -> float:
    """The F1 of one class; 0 where it is never said nor true."""
    pairs = list(zip(truth, said, strict=True))
    hits = sum(t and s for t, s in pairs)
    wrong = sum(t != s for t, s in pairs)
    return 2 * hits / (2 * hits + wrong) if hits else 0.0


def three(disciplines: frozenset[str]) -> str:
    """The class of a set of disciplines."""
    if "OT" in disciplines:
        return "OT involved"
    return "PT" if "PT" in disciplines else "none"


def as_set(label: str) -> frozenset[str]:
    """The disciplines of a label."""
    return frozenset({"both": ("OT", "PT"), "none": ()}.get(label, (label,)))


def report(name: str, truth: list[frozenset[str]], said: list[frozenset[str]]) -> None:
    """One line of figures."""
    t3, s3 = [three(t) for t in truth], [three(s) for s in said]
    macro = statistics.mean(f1([t == c for t in t3], [s == c for s in s3]) for c in CLASSES)
    accuracy = statistics.mean(t == s for t, s in zip(t3, s3, strict=True))
    any_, pt, ot = (
        f1([test(t) for t in truth], [test(s) for s in said])
        for test in (bool, lambda s: "PT" in s, lambda s: "OT" in s)
    )
    print(
        f"{name:34} n={len(truth):4} acc {accuracy:.2f}  macro-F1 {macro:.2f}  any {any_:.2f}  PT {pt:.2f}  OT {ot:.2f}"
    )


def keyword(text: str) -> frozenset[str]:
    """The naive baseline: two keywords of a discipline."""
    words = text.lower()
    return frozenset(d for d, keys in _KEYWORDS.items() if sum(k in words for k in keys) >= 2)


def rows_of(path: Path) -> list[dict[str, str]]:
    """The labelled letters of a file, or of every `.jsonl` in a folder."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def report_cases(cases: list[dict], known: Knowledge) -> None:
    """Right answers, missed flags and false alarms on our own cases (the reader was developed on them)."""
    right = missed = alarms = flagged = 0
    for case in cases:
        profile, _ = profile_of({key: case[key] for key in ("text", "profile") if key in case}, known)
        reply = recommend(profile, known) if profile else None
        fired = {flag.id for flag in reply.flags if flag.state == "fired"} if reply else set()
        overriding = (
            {flag.id for flag in reply.flags if flag.state == "fired" and flag.action.overrides} if reply else set()
        )
        right += bool(reply) and reply.recommendation in case["expected"]
        flagged += bool(case["flag"])
        missed += bool(case["flag"]) and case["flag"] not in fired
        alarms += not case["flag"] and bool(overriding)
    print(
        f"{'own cases':34} n={len(cases):4} right {right / len(cases):.2f}  flags missed {missed} of {flagged}  false alarms {alarms}"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=Path, help="labelled letters: a .jsonl file or a folder of them")
    parser.add_argument("--cases", type=Path, default=Path("tests/referrals/cases.jsonl"), help="our own cases")
    parser.add_argument("--wrong", action="store_true", help="list the letters answered otherwise than labelled")
    options = parser.parse_args()
    known = knowledge(facts("referrals"))
    report_cases(rows_of(options.cases), known)
    if not options.letters:
        return
    rows = rows_of(options.letters)
    said, flags, spent = answers(rows, known)
    truth = [as_set(row["label"]) for row in rows]
    report("recommend", truth, said)
    clear = [i for i, row in enumerate(rows) if row.get("label_confidence", "high") == "high"]
    report("recommend, high confidence labels", [truth[i] for i in clear], [said[i] for i in clear])
    report("baseline majority", truth, [as_set("none")] * len(rows))
    report("baseline keywords", truth, [keyword(row["text"]) for row in rows])
    print(
        "flags fired",
        dict(Counter(f for fired in flags for f in fired)),
        "letters with one",
        sum(bool(f) for f in flags),
    )
    per = sorted(s * 5000 / max(1, len(row["text"])) for s, row in zip(spent, rows, strict=True))
    print(f"CPU for 5,000 characters: median {per[len(per) // 2] * 1000:.1f} ms, worst {per[-1] * 1000:.1f} ms")
    if options.wrong:
        for row, t, s, fired in zip(rows, truth, said, flags, strict=True):
            if three(t) != three(s) or fired:
                opening = re.sub(r"\s+", " ", row["text"])[:90]
                print(f"{row['id']:14} {three(t):11} -> {three(s):11} {','.join(fired):24} {opening}")


def answers(rows: list[dict[str, str]], known: Knowledge) -> tuple[list[frozenset[str]], list[list[str]], list[float]]:
    """What is said of each letter, which flags fired, and the CPU seconds spent."""
    said, flags, spent = [], [], []
    for row in rows:
        begun = time.process_time()
        profile, _ = profile_of({"text": row["text"]}, known)
        reply = recommend(profile, known) if profile else None
        spent.append(time.process_time() - begun)
        said.append(frozenset(reply.disciplines) if reply else frozenset())
        flags.append([f.id for f in reply.flags if f.state == "fired" and f.action.overrides] if reply else [])
    return said, flags, spent


if __name__ == "__main__":
    main()
