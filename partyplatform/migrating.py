"""How `migrate` goes about it: no waiting for locks, and many new tables at once.

It waits for no lock longer than two seconds: better no upgrade than a service that stands. A statement that waits for a
lock on a table holds up everybody who comes after it. A migration that gives up fails whole, the version that runs goes
on, and `migrate` is started again at a quieter moment. Source: security.md 72.
"""

from typing import Any

from django.apps import apps
from django.db import connections, migrations
from django.db.models.signals import post_migrate, pre_migrate

LOCK_SECONDS = 2


class NewTables(migrations.Migration):
    """A migration of `CreateModel` alone, none of which changes what another one made.

    Django puts the models of all apps together again for every table, which takes ten times as long as to make it. Here
    that happens once, for the state after the last table.
    """

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        before = project_state.clone()
        project_state.__dict__.pop("apps", None)  # put together anew when first asked for
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in self.operations:
            operation.database_forwards(self.app_label, schema_editor, before, project_state)
        return project_state


def limit(using: str, **_: Any) -> None:
    """Wait for locks so long; let statements take their time, for building an index does."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
            cursor.execute("SET statement_timeout = 0")


def unlimit(using: str, **_: Any) -> None:
    """Return to what the connection began with."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute("RESET lock_timeout")
            cursor.execute("RESET statement_timeout")


def connect() -> None:
    """Have Django call both, once a run: they belong to no app, so one app stands for all."""
    sender = apps.get_app_config("ui")
    pre_migrate.connect(limit, sender=sender, dispatch_uid="migrating-limit")
    post_migrate.connect(unlimit, sender=sender, dispatch_uid="migrating-unlimit")
