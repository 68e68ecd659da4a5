"""Log lines carry the number of the request they belong to, and no 身份证号 or phone. Source: security.md 28."""

import json
import logging
import re
from datetime import datetime

from django.core.exceptions import PermissionDenied, SuspiciousOperation

from partyplatform.requestinfo import request_number

_NUMBERS = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|\d{15}|1[3-9]\d{9})(?!\d)")
_DETAIL = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)  # PostgreSQL quotes the row there


class RequestNumberFilter(logging.Filter):
    """Give every record `request_number`, "-" outside a request."""

    def filter(self, record):
        record.request_number = request_number.get() or "-"
        return True


class RefusalFilter(logging.Filter):
    """Keep the line of a request that was refused without its trace: 403 and 400 are answers, and whoever knocks at
    every address would fill the disk with them."""

    def filter(self, record):
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied | SuspiciousOperation):
            record.exc_info = None
        return True


class Discreet(logging.Formatter):
    """Leave out what looks like a 身份证号 or a phone, and the rows that PostgreSQL quotes in its errors."""

    def format(self, record):
        return discreet(super().format(record))


class DiscreetJson(Discreet):
    """One object a line for programs that gather logs: the same discretion, the request number as a field."""

    def format(self, record):
        entry = {
            "time": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "request": getattr(record, "request_number", "-"),
            "logger": record.name,
            "message": discreet(record.getMessage()),
        }
        if record.exc_info:
            entry["trace"] = discreet(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def discreet(text):
    """Return `text` with its identity and phone numbers and quoted rows left out."""
    return _DETAIL.sub(r"\1: …", _NUMBERS.sub("…", text))
