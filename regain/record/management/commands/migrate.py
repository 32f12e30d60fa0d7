"""Django's migrate, with the guards off while it runs and on again afterwards."""

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

from regain.record import guards


def is_current(connection) -> bool:
    """Whether every migration is applied and every guard installed."""
    return not unapplied(connection) and guards.installed(connection) == guards.names()


def unapplied(connection) -> list[str]:
    """The migrations that the database still waits for."""
    executor = MigrationExecutor(connection)
    return [str(migration) for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


class Command(Migrate):
    def handle(self, *args, **options):
        connection = connections[options["database"]]
        looking_only = options.get("plan") or options.get("check_unapplied")
        if looking_only:
            return super().handle(*args, **options)
        if not options.get("app_label") and is_current(connection):
            # nothing to do: a database in use keeps its guards meanwhile
            return None
        guards.remove(connection)
        try:
            return super().handle(*args, **options)
        finally:
            self._guard(connection)

    def _guard(self, connection) -> None:
        tables = set(connection.introspection.table_names())
        if all(model._meta.db_table in tables for model in guards.guarded_models()):
            with transaction.atomic(using=connection.alias):
                guards.install(connection)
