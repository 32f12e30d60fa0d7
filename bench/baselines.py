"""What a recommendation is measured against: the majority, keywords, and a bag of words learned by logistic regression."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

_KEYWORDS = {"PT": ("walk", "gait", "knee", "back", "shoulder", "hip", "strength", "balance", "fall"),
             "OT": ("hand", "dress", "bath", "memory", "adl", "finger", "cognit", "self-care")}  # fmt: skip
_WORD = re.compile(r"[a-z]{3,}")
_FEATURES = 4000
_STEPS, _RATE, _RIDGE = 400, 2.0, 1e-3


def keyword(text: str) -> frozenset[str]:
    """The naive baseline: two keywords of a discipline."""
    words = text.lower()
    return frozenset(d for d, keys in _KEYWORDS.items() if sum(k in words for k in keys) >= 2)


def folds(count: int, number: int, seed: int) -> list[list[int]]:
    """`number` shuffled parts of `count` rows, the same for the same seed."""
    order = np.random.default_rng(seed).permutation(count)
    return [sorted(int(i) for i in order[part::number]) for part in range(number)]


def learned(texts: Sequence[str], labels: Sequence[str], seed: int, number: int = 5) -> list[str]:
    """TF-IDF with logistic regression, each row answered by a model that never saw it."""
    said = [""] * len(texts)
    for test in folds(len(texts), number, seed):
        held = set(test)
        train = [i for i in range(len(texts)) if i not in held]
        answers = _fit_and_answer([texts[i] for i in train], [labels[i] for i in train], [texts[i] for i in test])
        for i, answer in zip(test, answers, strict=True):
            said[i] = answer
    return said


def _fit_and_answer(texts: Sequence[str], labels: Sequence[str], unseen: Sequence[str]) -> list[str]:
    counts = [Counter(_WORD.findall(text.lower())) for text in texts]
    met = Counter(word for words in counts for word in words)
    names = [word for word, times in met.most_common(_FEATURES) if times > 1]
    place = {word: at for at, word in enumerate(names)}
    rarity = np.array([math.log((1 + len(texts)) / (1 + met[word])) + 1 for word in names])
    classes = sorted(set(labels))
    inputs, wanted = _matrix(counts, place, rarity), np.eye(len(classes))[[classes.index(label) for label in labels]]
    balance = (wanted / wanted.sum(0)).sum(1, keepdims=True) * len(labels) / len(classes)
    weights, bias = np.zeros((len(names), len(classes))), np.zeros(len(classes))
    for _ in range(_STEPS):
        wrong = (_softmax(inputs @ weights + bias) - wanted) * balance / len(labels)
        weights -= _RATE * (inputs.T @ wrong + _RIDGE * weights)
        bias -= _RATE * wrong.sum(0)
    new = _matrix([Counter(_WORD.findall(text.lower())) for text in unseen], place, rarity)
    return [classes[at] for at in (new @ weights + bias).argmax(1)]


def _matrix(counts: Sequence[Counter[str]], place: dict[str, int], rarity: np.ndarray) -> np.ndarray:
    """Rows of log counts times rarity, each of length 1."""
    rows = np.zeros((len(counts), len(place)))
    for row, words in zip(rows, counts, strict=True):
        for word, times in words.items():
            if word in place:
                row[place[word]] = 1 + math.log(times)
    rows *= rarity
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def _softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)
