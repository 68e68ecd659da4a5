"""The clock of the demonstration: what is told of the past happens in the past."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.utils import timezone


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    """Let the platform's one clock stand so many days back inside the block."""
    now = timezone.now
    with patch.object(timezone, "now", lambda: now() - datetime.timedelta(days=days)):
        yield
