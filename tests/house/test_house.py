"""The house rules that import-linter cannot see: keys downhill, scoped reads, one writer, pure rules, cited facts."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from regain.reference.facts import BadFact, facts, read

ROOT = Path(__file__).resolve().parents[2]
ORDER = ["reference", "ui", "organizations", "record", "people", "credentials", "careers", "episodes", "referrals", "coverage", "scheduling",
         "outcomes", "plan_of_care", "visits", "billing", "fhir", "cli", "web", "config"]  # fmt: skip
SOURCES = sorted(p for p in (ROOT / "regain").rglob("*.py") if "migrations" not in p.parts)
OURS = [m for m in apps.get_models() if m.__module__.startswith("regain.")]
# rows that stand above or beside organizations, with the reason
WITHOUT_ORGANIZATION = {"organization": "it is the organization", "user": "a person may belong to several"}


def room_and_file(path: Path) -> tuple[str, str]:
    parts = path.relative_to(ROOT / "regain").parts
    return parts[0], parts[1].removesuffix(".py") if len(parts) > 1 else ""


def sources(*names: str) -> list[Path]:
    return [p for p in SOURCES if room_and_file(p)[1] in names]


def show(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def test_foreign_keys_point_downhill_and_hide_from_other_rooms():
    wrong = []
    for model in OURS:
        for field in model._meta.get_fields():
            if not isinstance(field, (models.ForeignKey, models.ManyToManyField)) or field.auto_created:
                continue
            here, there = model._meta.app_label, field.related_model._meta.app_label
            if there not in ORDER:
                continue
            if ORDER.index(there) > ORDER.index(here):
                wrong.append(f"{model.__name__}.{field.name} points uphill to {there}")
            if here != there and field.remote_field.related_name != "+":
                wrong.append(f"{model.__name__}.{field.name} has no related_name='+'")
            if (
                here == there
                and field.remote_field.related_name in (None, "")
                and model._meta.app_label not in ("organizations", "record")
            ):
                wrong.append(f"{model.__name__}.{field.name} does not name its children")
    assert wrong == []


def test_every_row_belongs_to_an_organization_that_leads_its_indexes():
    wrong = []
    for model in OURS:
        names = {f.name for f in model._meta.get_fields()}
        if model._meta.model_name in WITHOUT_ORGANIZATION:
            continue
        if "organization" not in names:
            wrong.append(model.__name__)
        wrong += [
            f"{model.__name__}.{index.name}"
            for index in model._meta.indexes
            if index.fields and index.fields[0] != "organization"
        ]
    assert wrong == []


PURE = {"now", "today", "utcnow", "open", "random", "environ", "getenv", "sleep", "print", "input"}


@pytest.mark.parametrize("path", sources("rules"), ids=lambda p: str(p.relative_to(ROOT)))
def test_rules_read_no_clock_file_or_chance(path):
    tree = ast.parse(path.read_text())
    used = {
        n.func.attr if isinstance(n.func, ast.Attribute) else getattr(n.func, "id", "")
        for n in ast.walk(tree)
        if isinstance(n, ast.Call)
    }
    imported = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {(n.module or "").split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert (used & PURE, imported & {"django", "os", "pathlib", "random", "time", "socket", "subprocess"}) == (
        set(),
        set(),
    )


def test_views_never_touch_tables():
    wrong = [show(p, n) for p in sources("views", "forms", "pages") for n in ast.walk(ast.parse(p.read_text()))
             if isinstance(n, ast.Attribute) and n.attr == "objects"]  # fmt: skip
    assert wrong == []


def test_reads_start_from_the_organization():
    wrong = []
    for path in sources("queries"):
        tree = ast.parse(path.read_text())
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "objects":
                after = parents.get(node)
                # `open_to_visitors` exists on sites alone: what a clinic tells everybody
                if not (isinstance(after, ast.Attribute) and after.attr in ("of", "open_to_visitors")):
                    wrong.append(show(path, node))
    assert wrong == []


WRITES = {"save", "create", "bulk_create", "update_or_create", "get_or_create", "bulk_update"}
# files that write besides actions, with the reason
WRITERS = {
    "record/once.py": "the token of a form is taken before its view runs",
    "organizations/models.py": "a user manager makes users",
}


def test_only_actions_write():
    wrong = []
    for path in SOURCES:
        relative = path.relative_to(ROOT / "regain").as_posix()
        if room_and_file(path)[1] == "actions" or relative in WRITERS:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
                owner = ast.unparse(node.func.value)
                if ".objects" in owner or node.func.attr == "save":
                    wrong.append(show(path, node))
    assert wrong == []


def test_every_view_says_who_may_open_it():
    from django.urls import get_resolver

    wrong = []

    def walk(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns)
            elif pattern.callback.__module__.startswith("regain.") and not hasattr(pattern.callback, "permissions"):
                wrong.append(f"{pattern.callback.__module__}.{pattern.callback.__name__}")

    walk(get_resolver().url_patterns)
    assert wrong == []


def test_every_fact_is_cited_dated_and_has_a_unit():
    found = list(facts())
    assert found
    for one in found:
        assert one.unit, one.id
        assert one.values, one.id


@pytest.mark.parametrize(
    "missing", ['source = "S"\n', "from = 2026-01-01\n", 'certainty = "verified"\n', 'unit = "USD"\n']
)
def test_a_fact_without_source_unit_date_or_certainty_is_refused(tmp_path, missing):
    text = ('id = "x"\nlabel = "x"\nunit = "USD"\n[[values]]\nfrom = 2026-01-01\nsource = "S"\ncertainty = "verified"\nvalue = 1\n'
            '[[sources]]\nid = "S"\ntitle = "A source"\nas_of = 2026-11-23\n')  # fmt: skip
    path = tmp_path / "x.toml"
    path.write_text(text)
    assert read(path).on(read(path).values[0].from_)[0]["value"] == 1
    path.write_text(text.replace(missing, "", 1))
    with pytest.raises(BadFact):
        read(path)


def test_no_file_grows_past_its_room():
    long = [f"{p.relative_to(ROOT)} ({n})" for p in SOURCES if (n := len(p.read_text().splitlines())) > 450]
    assert long == []


def test_no_signals_no_bare_excepts():
    wrong = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ExceptHandler) and node.type is None:
                wrong.append(show(path, node))
            if isinstance(node, ast.ImportFrom) and "signals" in (node.module or ""):
                wrong.append(show(path, node))
    assert wrong == []


TEMPLATES = sorted((ROOT / "regain").rglob("*.html"))


def test_templates_hold_no_script_style_or_unsafe_markup():
    pattern = re.compile(
        r"<style|\sstyle=|\son\w+=\"|<script(?![^>]*\ssrc=)|\|\s*safe\b|autoescape false", re.IGNORECASE
    )
    wrong = [f"{p.relative_to(ROOT)}: {m.group()}" for p in TEMPLATES if (m := pattern.search(p.read_text()))]
    assert wrong == []


def test_no_machine_path_or_index_address_is_tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    pattern = re.compile(
        r"(^|[^.\w])/(root|work|farm)/|https?://(files|registry|deb|index)\.|index-url|find-links ", re.MULTILINE
    )
    wrong = []
    for name in listed:
        path = ROOT / name
        if (
            path.suffix in {".py", ".md", ".toml", ".txt", ".html", ".css", ".js", ".in"}
            and path.exists()
            and "test_house" not in name
        ):
            found = pattern.search(path.read_text())
            if found:
                wrong.append(f"{name}: {found.group()}")
    assert wrong == []


def test_every_table_is_exported_or_left_out_with_a_reason():
    from regain.fhir.tables import LEFT_OUT, exported_models

    every = {m._meta.label_lower for m in apps.get_models(include_auto_created=True)}
    exported = {m._meta.label_lower for m in exported_models()}
    assert every - exported == LEFT_OUT.keys() - exported
    assert not LEFT_OUT.keys() & exported
    assert all(LEFT_OUT.values())
