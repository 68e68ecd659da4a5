"""The published head of the chain: a line a day outside the database, which a cut and re-made chain cannot match."""

import json
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from .models import ChainHead


def folder() -> Path:
    """Return where heads are published; the operator copies it to another machine."""
    return Path(settings.VAR_DIR) / "audit-heads"


def publish() -> str | None:
    """Append the present head to today's file and return the line; None while nothing is recorded yet."""
    head = ChainHead.objects.first()
    if head is None or head.at is None:
        return None
    line = json.dumps({"seq": head.seq, "mac": head.mac, "at": head.at.isoformat()})
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder() / f"{timezone.localdate().isoformat()}.jsonl").open("a", encoding="ascii") as file:
        file.write(line + "\n")
    return line


def published() -> Iterator[tuple[str, int, str]]:
    """Yield (file name, number, MAC) of every published head; (file name, 0, "") for a line that cannot be read."""
    for path in sorted(folder().glob("*.jsonl")):
        for line in path.read_text(encoding="ascii", errors="replace").splitlines():
            try:
                head = json.loads(line)
                yield path.name, int(head["seq"]), str(head["mac"])
            except (ValueError, TypeError, KeyError):
                yield path.name, 0, ""
