"""Dates as people type them into a sheet."""

import re
from datetime import date

_PATTERNS = (
    re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)


def parse_date(text: str) -> date | None:
    """Return the day of 2026-1-5, 2026/01/05, 2026.1.5, 2026年1月5日 or 20260105, with or without a time of day.

    None for everything else, a month alone and a day that does not exist included.
    """
    for pattern in _PATTERNS:
        if match := pattern.fullmatch(text.strip()):
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                return None
    return None
