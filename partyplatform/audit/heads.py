"""The published head of the chain: a line a day outside the database, which a cut and re-made chain cannot match."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from partyplatform.chores import chore

from .models import ChainHead


def folder() -> Path:
    """Return where heads are published: AUDIT_HEADS_DIR, else a folder the operator copies to another machine."""
    return Path(settings.AUDIT_HEADS_DIR) if settings.AUDIT_HEADS_DIR else _own_folder()


@chore
def publish_daily() -> str | None:
    """Publish the first head of the day into AUDIT_HEADS_DIR; without that setting the operator's timer does it.

    Raises OSError while the folder is away, so that the day's head follows as soon as it is back.
    """
    if not settings.AUDIT_HEADS_DIR:
        return None
    today = _file_of_today()
    return None if today.exists() and today.stat().st_size else publish()


def last_seq() -> int:
    """Return the number of the last record, 0 while there is none."""
    return ChainHead.objects.values_list("seq", flat=True).first() or 0


def publish() -> str | None:
    """Append the present head to today's file and return the line; None while nothing is recorded yet."""
    head = ChainHead.objects.first()
    if head is None or head.at is None:
        return None
    line = json.dumps({"seq": head.seq, "mac": head.mac, "at": head.at.isoformat()})
    if not settings.AUDIT_HEADS_DIR:  # a place elsewhere that is away must not be made anew here
        _own_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with _file_of_today().open("a", encoding="ascii") as file:
        file.write(line + "\n")
    return line


def published() -> Iterator[tuple[str, int, str]]:
    """Yield (file name, number, MAC) of every published head; (file name, 0, "") for a line that cannot be read."""
    for path in sorted(path for place in {folder(), _own_folder()} for path in place.glob("*.jsonl")):
        for line in path.read_text(encoding="ascii", errors="replace").splitlines():
            try:
                head = json.loads(line)
                yield path.name, int(head["seq"]), str(head["mac"])
            except (ValueError, TypeError, KeyError):
                yield path.name, 0, ""


def _own_folder() -> Path:
    return Path(settings.VAR_DIR) / "audit-heads"


def _file_of_today() -> Path:
    return folder() / f"{timezone.localdate().isoformat()}.jsonl"
