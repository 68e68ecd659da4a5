"""Statements that took long stand in the log: the text, never the values, which are personal data."""

import logging
import time
from typing import Any

from django.conf import settings
from django.db.backends.signals import connection_created
from django.dispatch import receiver

logger = logging.getLogger(__name__)
SHOWN = 600  # characters of a statement


def timed(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    begun = time.monotonic()
    try:
        return execute(sql, params, many, context)
    finally:
        took = (time.monotonic() - begun) * 1000
        if took >= settings.SLOW_QUERY_MS:
            logger.warning("slow statement, %d ms: %s", took, " ".join(str(sql).split())[:SHOWN])


@receiver(connection_created, dispatch_uid="slow-statements")
def watch(connection: Any, **_: Any) -> None:
    if settings.SLOW_QUERY_MS > 0 and timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(timed)
