"""How well and how fast `recommend` answers: `make bench-recommend`, with `LETTERS=` a file or folder of labelled letters.

A labelled letter is a JSON line with `text`, `label` (PT, OT, both, none) and `label_confidence`. Prints accuracy, 3-class
macro-F1 (PT, OT involved, none), F1 of any therapy, needs-PT and needs-OT beside the baselines, and, for what was calibrated
on such letters, the figures where every letter is answered with values chosen without it.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import json
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.baselines import folds, keyword, learned
from regain.reference.facts import facts
from regain.referrals.rules import Knowledge, decide, knowledge, profile_of, read, recommend

CLASSES = ("PT", "OT involved", "none")
WORDS = ("PT", "OT", "both", "none", "physician_first")
SEEDS = range(10)
GRID: dict[str, tuple[Any, ...]] = {  # what was calibrated on letters, each with the values tried
    "history": (0.2, 0.3, 0.5, 1.0), "lead_text": (2.0, 2.4, 3.0), "need_text": (4.0, 5.0),
    "surgery_only": (-2.0, -4.0), "injection_only": (-2.0, -4.0), "conservative": (0.0, 2.0),
}  # fmt: skip


def f1(truth: Iterable[bool], said: Iterable[bool]) -> float:
    """The F1 of one class; 0 where it is never said nor true."""
    pairs = list(zip(truth, said, strict=True))
    hits = sum(t and s for t, s in pairs)
    wrong = sum(t != s for t, s in pairs)
    return 2 * hits / (2 * hits + wrong) if hits else 0.0


def macro(truth: Sequence[str], said: Sequence[str], classes: Sequence[str] = CLASSES) -> float:
    """The mean F1 over the classes that occur."""
    met = [c for c in classes if c in truth or c in said]
    return statistics.mean(f1([t == c for t in truth], [s == c for s in said]) for c in met)


def three(disciplines: frozenset[str]) -> str:
    """The class of a set of disciplines."""
    if "OT" in disciplines:
        return "OT involved"
    return "PT" if "PT" in disciplines else "none"


def as_set(label: str) -> frozenset[str]:
    """The disciplines of a label or a class."""
    return frozenset({"both": ("OT", "PT"), "OT involved": ("OT", "PT"), "none": ()}.get(label, (label,)))


def report(name: str, truth: Sequence[frozenset[str]], said: Sequence[frozenset[str]]) -> None:
    """One line of figures."""
    t3, s3 = [three(t) for t in truth], [three(s) for s in said]
    accuracy = statistics.mean(t == s for t, s in zip(t3, s3, strict=True))
    any_, pt, ot = (
        f1([test(t) for t in truth], [test(s) for s in said])
        for test in (bool, lambda s: "PT" in s, lambda s: "OT" in s)
    )
    print(f"{name:44} n={len(truth):4} acc {accuracy:.2f}  macro-F1 {macro(t3, s3):.2f}  "
          f"any {any_:.2f}  PT {pt:.2f}  OT {ot:.2f}")  # fmt: skip


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The labelled letters of a file, or of every `.jsonl` in a folder."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def report_cases(cases: Sequence[dict[str, Any]], known: Knowledge) -> None:
    """Right answers, missed flags and false alarms on our own cases (the reader was developed on them)."""
    missed = alarms = flagged = 0
    truth, said, naive = [], [], []
    for case in cases:
        profile, _ = profile_of({key: case[key] for key in ("text", "profile") if key in case}, known)
        reply = recommend(profile, known) if profile else None
        fired = [flag for flag in reply.flags if flag.state == "fired"] if reply else []
        word = reply.recommendation if reply else "none"
        said.append(word)
        truth.append(word if word in case["expected"] else case["expected"][0])
        plain = keyword(json.dumps(case.get("profile", case.get("text"))))
        naive.append("both" if len(plain) > 1 else next(iter(plain), "none"))
        flagged += bool(case["flag"])
        missed += bool(case["flag"]) and case["flag"] not in {flag.id for flag in fired}
        alarms += not case["flag"] and any(flag.action.overrides for flag in fired)
    for name, answers in (
        ("own cases", said),
        ("  majority", ["physician_first"] * len(truth)),
        ("  keywords", naive),
    ):
        right = statistics.mean(t == s for t, s in zip(truth, answers, strict=True))
        print(f"{name:44} n={len(truth):4} acc {right:.2f}  5-class macro-F1 {macro(truth, answers, WORDS):.2f}")
    print(f"{'  red flags':44} recall {1 - missed / max(1, flagged):.3f} ({missed} of {flagged} missed), "
          f"false alarms {alarms} of {len(cases) - flagged}")  # fmt: skip


def with_values(known: Knowledge, values: dict[str, Any]) -> Knowledge:
    """The knowledge with other values for what was calibrated."""
    scoring, layout = known.scoring, known.grammar.layout
    plan = {**scoring.plan, **{k: {**scoring.plan[k], "PT": v} for k, v in values.items() if k in scoring.plan}}
    scoring = dataclasses.replace(
        scoring, plan=plan, **{k: v for k, v in values.items() if k in ("lead_text", "need_text")}
    )
    if "history" not in values:
        return dataclasses.replace(known, scoring=scoring)
    weight = {"weight": values["history"], "activity_weight": values["history"]}
    by_heading = {h: dataclasses.replace(s, **weight) if s.kind == "history" else s for h, s in layout.by_heading.items()}  # fmt: skip
    grammar = dataclasses.replace(known.grammar, layout=dataclasses.replace(layout, by_heading=by_heading))
    return dataclasses.replace(known, scoring=scoring, grammar=grammar)


def report_folds(rows: Sequence[dict[str, Any]], known: Knowledge) -> None:
    """Cross-validation of the calibration: the grid is searched without the letters that are then answered."""
    truth = [three(as_set(row["label"])) for row in rows]
    profiles = [profile_of({"text": row["text"]}, known)[0] for row in rows]
    first, *others = GRID
    said = []
    for history in GRID[first]:
        print(f"calibrating with {first} at {history} ...", file=sys.stderr, flush=True)
        weighed = with_values(known, {first: history})
        readings = [p and read(p.passages, weighed.lexicon, weighed.grammar) for p in profiles]
        for values in itertools.product(*(GRID[name] for name in others)):
            tried = with_values(weighed, dict(zip(others, values, strict=True)))
            said.append(
                [
                    three(frozenset(decide(p, r, tried).disciplines if p else ()))
                    for p, r in zip(profiles, readings, strict=True)
                ]
            )
    scores = []
    for seed in SEEDS:
        chosen = [""] * len(rows)
        for test in folds(len(rows), 5, seed):
            held = set(test)
            train = [i for i in range(len(rows)) if i not in held]
            best = max(said, key=lambda s: macro([truth[i] for i in train], [s[i] for i in train]))
            for i in test:
                chosen[i] = best[i]
        scores.append(macro(truth, chosen))
    print(f"{'calibration, 5 folds, 10 times':44} macro-F1 {statistics.mean(scores):.2f} "
          f"({min(scores):.2f}-{max(scores):.2f})")  # fmt: skip


def report_baselines(rows: Sequence[dict[str, Any]], truth: Sequence[frozenset[str]]) -> None:
    """The majority, the keywords, and the learned bag of words (5 folds; the seed of the median score)."""
    report("baseline majority", truth, [as_set("none")] * len(rows))
    report("baseline keywords", truth, [keyword(row["text"]) for row in rows])
    labels = [three(t) for t in truth]
    runs = [learned([row["text"] for row in rows], labels, seed) for seed in SEEDS]
    runs.sort(key=lambda run: macro(labels, run))
    report("baseline TF-IDF + logistic regression", truth, [as_set(label) for label in runs[len(runs) // 2]])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=Path, help="labelled letters: a .jsonl file or a folder of them")
    parser.add_argument("--cases", type=Path, default=Path("tests/referrals/cases.jsonl"), help="our own cases")
    parser.add_argument("--folds", action="store_true", help="cross-validate what was calibrated (a minute)")
    parser.add_argument("--wrong", action="store_true", help="list the letters answered otherwise than labelled")
    options = parser.parse_args()
    known = knowledge(facts("referrals"))
    report_cases(rows_of(options.cases), known)
    if not options.letters:
        print("Labelled letters are measured too with LETTERS=file or folder.")
        return
    report_letters(rows_of(options.letters), known, options)


def report_letters(rows: Sequence[dict[str, Any]], known: Knowledge, options: argparse.Namespace) -> None:
    """The figures of labelled letters."""
    said, flags, spent = answers(rows, known)
    truth = [as_set(row["label"]) for row in rows]
    report("letters", truth, said)
    sure = [i for i, row in enumerate(rows) if row.get("label_confidence") == "high"]
    if sure:
        report("letters, labels of high confidence", [truth[i] for i in sure], [said[i] for i in sure])
    report_baselines(rows, truth)
    if options.folds:
        report_folds(rows, known)
    raised = Counter(flag for fired in flags for flag in fired)
    print("overriding flags:", ", ".join(f"{k} {v}" for k, v in raised.most_common()) or "none",
          f"({sum(bool(f) for f in flags)} of {len(rows)} letters)")  # fmt: skip
    per = sorted(s * 5000 / max(1, len(row["text"])) for s, row in zip(spent, rows, strict=True))
    print(f"CPU for 5,000 characters: median {per[len(per) // 2] * 1000:.1f} ms, worst {per[-1] * 1000:.1f} ms")
    if options.wrong:
        for row, t, s, fired in zip(rows, truth, said, flags, strict=True):
            if three(t) != three(s) or fired:
                opening = re.sub(r"\s+", " ", row["text"])[:90]
                print(f"{row['id']:14} {three(t):11} -> {three(s):11} {','.join(fired):24} {opening}")


def answers(rows: Sequence[dict[str, Any]], known: Knowledge) -> tuple[list[frozenset[str]], list[list[str]], list[float]]:  # fmt: skip
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
