"""Django's migrate, with the guards off while it runs and on again afterwards."""

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections, transaction

from regain.record import guards


class Command(Migrate):
    def handle(self, *args, **options):
        connection = connections[options["database"]]
        looking_only = options.get("plan") or options.get("check_unapplied")
        if looking_only:
            return super().handle(*args, **options)
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
