"""What README.md prints is what the commands print, and where it leads exists."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
SHOWN = re.findall(r"^\$ (.+)\n((?:(?!\$ |```).*\n)*)", README, re.MULTILINE)


def test_readme_shows_real_commands():
    assert [command.rsplit("regain ", 1)[1].split()[0] for command, _ in SHOWN] == [
        "recommend",
        "score",
        "score",
        "units",
        "due",
        "estimate",
    ]


@pytest.mark.parametrize(
    ("command", "printed"), SHOWN, ids=[c.rsplit("| ", 1)[1] + str(n) for n, (c, _) in enumerate(SHOWN)]
)
def test_a_command_prints_what_the_readme_says(command, printed):
    said, _, call = command.partition(" | regain ")
    given = " ".join(shlex.split(said)[1:])
    answer = subprocess.run(
        [sys.executable, "-m", "regain", *shlex.split(call)],
        input=given + "\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert without_version(answer.stdout) == without_version(printed)


def without_version(text: str) -> str:
    """The output without the hash of a fact file, which changes with every correction of the file."""
    return re.sub(r'"version": "[0-9a-f]{12}"', '"version": "…"', text.strip())


def test_every_relative_link_of_the_documents_leads_somewhere():
    wrong = []
    for page in [ROOT / "README.md", *ROOT.joinpath("docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            if not (page.parent / target).exists():
                wrong.append(f"{page.relative_to(ROOT)}: {target}")
    assert wrong == []


def test_every_path_the_how_tos_name_is_there():
    wrong = []
    for page in ROOT.joinpath("docs").rglob("*.md"):
        for path in re.findall(r"`((?:regain|tests|bench|docs)/[\w./-]+)`", page.read_text()):
            if not (ROOT / path).exists():
                wrong.append(f"{page.name}: {path}")
    assert wrong == []


def test_the_make_targets_that_are_named_exist():
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for page in [ROOT / "README.md", *ROOT.joinpath("docs").rglob("*.md")]
        for target in re.findall(r"`make ([a-z]+)", page.read_text())
    }
    assert named <= made
