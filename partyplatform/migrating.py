"""`migrate` waits for no lock longer than two seconds: better no upgrade than a service that stands.

Source: security.md 72.

A statement that waits for a lock on a table holds up everybody who comes after it. A migration that gives up fails
whole, the version that runs goes on, and `migrate` is started again at a quieter moment.
"""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

LOCK_SECONDS = 2


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
