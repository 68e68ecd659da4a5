"""Questions that are many and alike, divided between the two databases of a whole run."""

from collections.abc import Sequence
from typing import TypeVar

from django.db import connection

Each = TypeVar("Each")


def half_here(questions: Sequence[Each]) -> Sequence[Each]:
    """Return every second one on SQLite, the others on PostgreSQL: what tells two of them apart is no database's."""
    return questions[connection.vendor == "postgresql" :: 2]
