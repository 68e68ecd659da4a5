"""Gatherings as iCalendar text (RFC 5545): times in UTC, texts escaped, lines folded at 75 octets."""

import datetime
from collections.abc import Iterable, Iterator

from django.utils import timezone

from eforefront.gatherings import State
from eforefront.models import Gathering

_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//partyplatform//eforefront//ZH", "CALSCALE:GREGORIAN")
_OCTETS = 75


def calendar(gatherings: Iterable[Gathering], *, name: str) -> str:
    """Return a calendar of these gatherings; what was called off stands in it as cancelled."""
    lines = [*_HEAD, "METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(name)}"]
    for gathering in gatherings:
        lines += _event(gathering)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """Return a text with what iCalendar reads as its own signs escaped."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, never inside a character; each further part begins with a space."""
    part, room = "", _OCTETS
    for letter in line:
        size = len(letter.encode())
        if size > room:
            yield part
            part, room = " ", _OCTETS - 1
        part, room = part + letter, room - size
    yield part


def _event(gathering: Gathering) -> list[str]:
    is_off = gathering.state == State.CANCELLED
    more = [f"主持人：{gathering.chair}", f"议程：{gathering.agenda}" if gathering.agenda else ""]
    more += [f"已取消：{gathering.reason}"] if is_off else []
    return [
        "BEGIN:VEVENT",
        f"UID:{gathering.uid}@partyplatform",
        f"DTSTAMP:{_moment(gathering.published_at or gathering.begins_at)}",
        f"DTSTART:{_moment(gathering.begins_at)}",
        f"DTEND:{_moment(gathering.ends_at)}",
        f"SUMMARY:{escaped(f'{gathering.type_label}：{gathering.topic}')}",
        f"LOCATION:{escaped(gathering.place)}",
        f"DESCRIPTION:{escaped(chr(10).join(filter(None, more)))}",
        f"SEQUENCE:{gathering.version}",
        f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _moment(at: datetime.datetime) -> str:
    return f"{timezone.localtime(at, datetime.UTC):%Y%m%dT%H%M%SZ}"
