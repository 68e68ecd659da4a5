"""The empty tables of the embedded database, written once and kept for every run until a migration changes.

Going through all migrations takes Django ten times as long as copying what comes of them.
"""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import django
from django.conf import settings

SOURCES = ("*/migrations/*.py", "partyplatform/*/migrations/*.py", "*/*triggers.py", "partyplatform/*/*triggers.py")


def kept() -> Path:
    """Return the place of the file with the tables of these migrations; it may not be there yet."""
    digest = hashlib.sha256(django.__version__.encode())
    for pattern in SOURCES:
        for source in sorted(settings.BASE_DIR.glob(pattern)):
            digest.update(source.read_bytes())
    return settings.BASE_DIR / ".pytest_cache" / f"tables-{digest.hexdigest()[:16]}.sqlite3"


def lay_out(place: Path) -> None:
    """Put a database with empty tables at `place` if one is kept; migrating what is there afterwards is soon done."""
    if kept().exists():
        shutil.copyfile(kept(), place)


def keep(place: Path) -> None:
    """Keep a database that has just been made for the runs to come."""
    target = kept()
    if target.exists():
        return
    target.parent.mkdir(exist_ok=True)
    for former in target.parent.glob("tables-*.sqlite3"):
        former.unlink(missing_ok=True)
    made = target.with_suffix(".new")
    made.unlink(missing_ok=True)
    with closing(sqlite3.connect(place)) as database, closing(sqlite3.connect(made)) as copy:
        database.backup(copy)  # page by page: what of it needs functions of Django's is not asked
    made.replace(target)  # whoever runs beside us sees the whole file or none
