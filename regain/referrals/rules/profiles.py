"""A request in, a profile and findings out: what the contract allows, what is wrong with the rest."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from regain.reference.rules import Finding, blocks, error, info, warning
from regain.referrals.rules.knowledge import Knowledge
from regain.referrals.rules.reading import Reading, read
from regain.referrals.rules.values import Coded, Passage, Profile
from regain.referrals.rules.words import plain, tokens

_TOP = ("id", "text", "profile")
_KEYS = ("age", "age_unit", "setting", "diagnosis", "problems", "flags")
_MOST_YEARS = 130
_SEVERITY = range(5)


def profile_of(data: Mapping[str, Any], known: Knowledge) -> tuple[Profile | None, tuple[Finding, ...]]:
    """The profile of a request, or None where an error leaves nothing to read."""
    findings = [_unknown_key(key, key, _TOP) for key in data if key not in _TOP]
    text, given = data.get("text"), data.get("profile")
    if text is None and given is None:
        findings.append(_nothing("text"))
        return None, tuple(findings)
    passages: list[Passage] = []
    coded: list[Coded] = []
    age = setting = None
    if text is not None:
        passages += _letter(text, known, findings)
    if given is not None:
        age, setting = _structured(given, passages, coded, known, findings)
    if blocks(findings):
        return None, tuple(findings)  # a part that cannot be read might be the part that matters
    if not passages and not coded:
        findings.append(_nothing("profile"))
        return None, tuple(findings)
    structured = given is not None
    profile = Profile(tuple(passages), tuple(coded), _age(age, passages, known), setting, structured)
    return profile, tuple(findings)


def _nothing(where: str) -> Finding:
    return error("NO_TEXT", "Nothing was given to read.", where=where, found=None,
                 expected="a text, or a profile with a diagnosis, problems or flags",
                 try_="Send the words of the letter, or at least one problem.")  # fmt: skip


def _unknown_key(key: str, where: str, known: tuple[str, ...]) -> Finding:
    near = difflib.get_close_matches(str(key), known, 1)
    hint = f"Did you mean {near[0]}?" if near else f"Known keys are {', '.join(known)}."
    return warning("UNKNOWN_KEY", f"{key} is not a key that is read.", where=where, found=key,
                   expected=", ".join(known), try_=hint)  # fmt: skip


def _bad(where: str, found: Any, expected: str, try_: str) -> Finding:
    shown = found if isinstance(found, str | int | float | bool) or found is None else type(found).__name__
    return error("BAD_VALUE", f"{where} is {shown!r}; expected {expected}.", where=where, found=shown,
                 expected=expected, try_=try_)  # fmt: skip


def _letter(text: Any, known: Knowledge, findings: list[Finding]) -> list[Passage]:
    if not isinstance(text, str):
        findings.append(_bad("text", text, "words", "Send the letter as a string."))
        return []
    problem = check_text(text, known)
    if problem:
        findings.append(problem)
        return []
    return [Passage("text", text)]


def check_text(text: str, known: Knowledge) -> Finding | None:
    """Why a text cannot be read as a letter: empty, in another language, or not about a person's health."""
    words = [
        plain(t.raw) for t in tokens(text, known.lexicon.stemmer) if not t.mark and any(c.isalpha() for c in t.raw)
    ]
    if not words:
        return error("NO_TEXT", "The text holds no words.", where="text", found=text[:40],
                     expected="the words of a letter", try_="If this is a scan, run text recognition first.")  # fmt: skip
    language = _language(words, known)
    if language:
        return error("LANGUAGE", f"The text looks like {language}; letters are read in English.", where="text",
                     found=language, expected="English", try_="Translate the letter, or enter the functions by hand.")  # fmt: skip
    if _is_letter(text, words, known):
        return None
    return error("NOT_A_LETTER", "The text says nothing about a person's health or function.", where="text",
                 found=" ".join(text.split())[:80], expected="a referral letter, note or summary",
                 try_="Check that the right file was chosen.")  # fmt: skip


def _language(words: list[str], known: Knowledge) -> str | None:
    """The name of another language when its common words clearly outnumber the English ones."""
    latin = sum(1 for word in words if word.isascii() or any(ord(c) < 0x250 for c in word))
    if latin < len(words) / 2:
        return "a language in another script"
    counts = {name: sum(word in stop for word in words) for name, stop in known.languages.items()}
    english = counts.pop("English")
    name = max(counts, key=lambda key: (counts[key], key))
    values = known.scoring.values
    return (
        name if counts[name] >= values["language_least"] and counts[name] > english * values["language_ratio"] else None
    )


def _is_letter(text: str, words: list[str], known: Knowledge) -> bool:
    stems = {known.lexicon.stemmer(word) for word in words}
    if len(stems & known.letter_words) >= (1 if len(words) < known.scoring.values["few_words"] else 2):
        return True
    reading = read([Passage("text", text[:20_000])], known.lexicon, known.grammar)
    return any(m.owner[0] in ("function", "flag", "condition") for m in reading.mentions)


def _structured(given: Any, passages: list[Passage], coded: list[Coded], known: Knowledge, findings: list[Finding]) -> tuple[float | None, str | None]:  # fmt: skip
    if not isinstance(given, dict):
        findings.append(_bad("profile", given, "an object", "Put age, diagnosis, problems and flags in braces."))
        return None, None
    findings.extend(_unknown_key(key, f"profile.{key}", _KEYS) for key in given if key not in _KEYS)
    diagnosis = given.get("diagnosis")
    if isinstance(diagnosis, str):
        if diagnosis.strip():
            passages.append(Passage("diagnosis", diagnosis, "list"))
    elif diagnosis is not None:
        findings.append(_bad("profile.diagnosis", diagnosis, "words", "Send the diagnosis as a string."))
    for key in ("problems", "flags"):
        _entries(key, given.get(key), passages, coded, known, findings)
    setting = given.get("setting")
    if setting is not None and not isinstance(setting, str):
        findings.append(_bad("profile.setting", setting, "a word such as home", "Send the setting as a string."))
        setting = None
    return _given_age(given, known, findings), setting.strip().lower() if setting else None


def _entries(key: str, entries: Any, passages: list[Passage], coded: list[Coded], known: Knowledge, findings: list[Finding]) -> None:  # fmt: skip
    if entries is None:
        return
    if isinstance(entries, str):
        entries = [entries]
    if not isinstance(entries, list):
        findings.append(_bad(f"profile.{key}", entries, "a list", "Put the entries in square brackets."))
        return
    for number, entry in enumerate(entries):
        where = f"profile.{key}[{number}]"
        if isinstance(entry, str):
            if entry.strip():
                passages.append(Passage(f"{key}[{number}]", entry, "list"))
        elif isinstance(entry, dict) and key == "problems":
            _code(entry, where, f"problems[{number}]", coded, known, findings)
        else:
            findings.append(_bad(where, entry, "words", "Send each entry as a string."))


def _code(entry: Mapping[str, Any], where: str, name: str, coded: list[Coded], known: Knowledge, findings: list[Finding]) -> None:  # fmt: skip
    findings.extend(
        _unknown_key(key, f"{where}.{key}", ("icf", "severity")) for key in entry if key not in ("icf", "severity")
    )
    code, severity = entry.get("icf"), entry.get("severity", known.scoring.default_severity)
    if not isinstance(code, str):
        findings.append(_bad(f"{where}.icf", code, "an ICF code such as d540", "Give the code as a string."))
        return
    if isinstance(severity, bool) or severity not in _SEVERITY:
        findings.append(_bad(f"{where}.severity", severity, "0-4", "0 none, 1 mild, 2 moderate, 3 severe, 4 complete."))
        return
    found = _category(code.strip(), known)
    if found is None:
        findings.append(error("UNKNOWN_CODE", f"{code} is not a function category that Regain scores.", where=f"{where}.icf",
                              found=code, expected="an ICF category such as d540, b730",
                              try_="Write the problem in words instead."))  # fmt: skip
        return
    if found != code.strip():
        findings.append(info("RECODED", f"{code} is scored as {found}, {known.functions[found].label}.", where=f"{where}.icf",
                             found=code, expected=found))  # fmt: skip
    coded.append(Coded(name, found, int(severity)))


def _category(code: str, known: Knowledge) -> str | None:
    """The scored category of a code: itself, or the nearest broader one."""
    code = code.lower()
    while len(code) >= 4:
        if code in known.functions:
            return code
        code = code[:-1]
    return None


def _given_age(given: Mapping[str, Any], known: Knowledge, findings: list[Finding]) -> float | None:
    age, unit = given.get("age"), given.get("age_unit", "years")
    if unit not in known.units:
        findings.append(_bad("profile.age_unit", unit, "years, months, weeks or days", "Name the unit of the age."))
        return None
    if age is None:
        return None
    if isinstance(age, bool) or not isinstance(age, int | float) or not 0 <= age * known.units[unit] <= _MOST_YEARS:
        findings.append(
            _bad("profile.age", age, f"a number from 0 to {_MOST_YEARS} years", "Check the age and its unit.")
        )
        return None
    return age * known.units[unit]


def _age(given: float | None, passages: list[Passage], known: Knowledge) -> float | None:
    """The age given, else the first one written in the words."""
    if given is not None:
        return given
    for passage in passages:
        for pattern, years in known.ages:
            match = pattern.search(passage.text)
            if match and float(match.group(1)) * years <= _MOST_YEARS:
                return float(match.group(1)) * years
    return None


__all__ = ["Reading", "check_text", "profile_of"]
