"""`regain check`: looks for what is broken: audit chains, signatures, guards of the database, facts, claim files, the ledger."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace

from regain.cli.store import open_record, progress
from regain.reference.rules import Finding, blocks, error


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="regain check", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON finding a line")
    options = parser.parse_args(argv)
    open_record(migrate=False)
    findings = list(check())
    for finding in findings:
        print(
            json.dumps(finding.as_json(), default=str)
            if options.json
            else f"{finding.severity}: {finding.message} {finding.try_ or ''}".rstrip()
        )
    if not findings:
        print(
            "Nothing is broken: audit chains, signatures, guards, facts, claim files and the ledger are whole.",
            file=sys.stderr,
        )
    return 1 if blocks(findings) else 0


def check() -> Iterator[Finding]:
    """Everything that is broken."""
    yield from _facts()
    behind = list(_migrations())
    yield from behind
    if behind:
        # what follows reads tables that may not be there yet
        return
    yield from _guards()
    yield from _chains()
    yield from _signatures()
    yield from _claim_files()
    yield from _ledger()


def _facts() -> Iterator[Finding]:
    from regain.reference.facts import BadFact, fact, subjects

    for subject in subjects():
        try:
            fact(subject)
        except BadFact as problem:
            yield error(
                "BAD_FACT", str(problem), where=subject, try_="Put the file right; `make facts` reads every one."
            )


def _migrations() -> Iterator[Finding]:
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    from regain.record.management.commands.migrate import unapplied

    loader = MigrationLoader(None)
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    for room in sorted(changes):
        yield error("MIGRATION_MISSING", f"The tables of {room} are not as its models say.", where=room,
                    try_="A developer runs `manage.py makemigrations` and commits what it writes.")  # fmt: skip
    waiting = unapplied(connection)
    if waiting:
        yield error("MIGRATION_NOT_APPLIED", f"The database waits for {len(waiting)} migrations, from {waiting[0]} on.", where="database",
                    found=len(waiting), expected="0", try_="Run `regain run --seed-only`, which applies them.")  # fmt: skip


def _guards() -> Iterator[Finding]:
    from django.db import connection

    from regain.record import guards

    strangers = guards.installed(connection) - guards.names()
    for name in sorted(strangers):
        yield error("GUARD_UNKNOWN", f"The database refuses something no model declares: {name}.", where=name,
                    try_="Run `regain run --seed-only`, which takes it away.")  # fmt: skip
    for name in sorted(guards.names() - guards.installed(connection)):
        yield error(
            "GUARD_MISSING",
            f"The database does not protect what it should: {name}.",
            where=name,
            try_="Run `regain run --seed-only`, which installs it.",
        )


def _chains() -> Iterator[Finding]:
    from regain.organizations.models import Organization
    from regain.record.queries import chain
    from regain.record.rules import check_chain

    for organization in Organization.objects.order_by("pk"):
        for finding in check_chain(progress(chain(organization.pk), f"audit of {organization.name}", 5000)):
            yield replace(finding, where=finding.where or organization.name, try_=finding.try_ or "Compare with a backup; find out who could write to the database.")  # fmt: skip


def _signatures() -> Iterator[Finding]:
    from django.apps import apps

    from regain.record.models import SignedEntry
    from regain.record.rules import digest

    for model in apps.get_models():
        if not issubclass(model, SignedEntry):
            continue
        for row in progress(
            model._default_manager.filter(signed_at__isnull=False).iterator(chunk_size=500),
            model._meta.verbose_name_plural,
        ):
            if digest(row.signed_content()) != row.signed_hash:
                yield error(
                    "SIGNED_CHANGED",
                    f"A signed {model._meta.verbose_name} was changed after its signature.",
                    where=f"{model._meta.label_lower}/{row.pk}",
                    try_="Compare it with a backup.",
                )


def _claim_files() -> Iterator[Finding]:
    """Every 837P that was made: still the bytes it was, and accepted by an outside reader."""
    import hashlib

    from regain.billing.models import OutgoingFile
    from regain.cli.x12 import refused

    rows = OutgoingFile._default_manager.select_related("document").order_by("organization", "control")
    for row in progress(rows.iterator(chunk_size=50), "claim files", 10):
        content, where = bytes(row.document.content), f"claim file {row.control}"
        if hashlib.sha256(content).hexdigest() != row.document.sha256:
            yield error("CLAIM_FILE_CHANGED", f"Claim file {row.control} is not the one that was made.", where=where, try_="Compare it with a backup.")  # fmt: skip
        for fault in refused(content.decode("latin-1"))[:5]:
            yield error("CLAIM_FILE_REFUSED", f"Claim file {row.control} would be refused: {fault}", where=where, try_="Correct the claim, void the file's claims and send them again.")  # fmt: skip


def _ledger() -> Iterator[Finding]:
    """Each reversal undoes its own row to the cent; that every row sums to zero is its form."""
    from django.db.models import F

    from regain.billing.models import LedgerEntry

    wrong = LedgerEntry._default_manager.filter(reverses__isnull=False).exclude(
        amount=F("reverses__amount"), into=F("reverses__out_of"), out_of=F("reverses__into")
    )
    for row in wrong.iterator(chunk_size=500):
        yield error("LEDGER_REVERSAL", "A reversal undoes another amount than its entry moved.", where=f"ledger/{row.pk}", try_="Compare it with a backup.")  # fmt: skip
