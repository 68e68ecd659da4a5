"""Which days are worked: Monday to Friday, and what the yearly notice of the State Council changes, where it is loaded.

Notices stand in `data/working_days.csv`, and in the operator's `WORKING_DAYS_FILE` of the same headings, which counts
first and is read anew whenever it changes. A year that is in neither is counted by weekdays alone; 1 January is free
in any year. Source: workflows.md, Time arithmetic.
"""

import datetime
import logging
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from partyplatform.codetable import CodeTable

SHIPPED = Path(__file__).parent / "data" / "working_days.csv"
WORKED, FREE = "班", "休"

logger = logging.getLogger(__name__)


def is_working_day(day: datetime.date) -> bool:
    known = _known().get(f"{day:%Y-%m-%d}")
    return known == WORKED if known else day.weekday() < 5 and (day.month, day.day) != (1, 1)


def first_working_day(year: int, month: int) -> datetime.date:
    """Return the first working day of a month."""
    day = datetime.date(year, month, 1)
    return day if is_working_day(day) else working_days_after(day, 1)


def working_days_after(day: datetime.date, count: int) -> datetime.date:
    """Return the day on which `count` working days (at least one) have passed; `day` itself is not one of them."""
    while count:
        day += datetime.timedelta(days=1)
        count -= is_working_day(day)
    return day


def faults(path: Path) -> list[str]:
    """Return what is wrong with a file of notices, in words for the operator; nothing for a good one."""
    try:
        rows = list(CodeTable(path))
    except (OSError, UnicodeError, KeyError, TypeError) as error:
        return [f"{path}: 不能读取（{type(error).__name__}），应为 UTF-8 的 CSV，表头 code,name,parent,source,note"]
    bad = [row.code for row in rows if not _is_day(row.code) or row.name not in (WORKED, FREE)]
    return [f"{path}: {code!r} 应为 2026-01-01 样式的日期，name 为“休”或“班”" for code in bad]


def _known() -> dict[str, str]:
    """Return {day: 休 or 班} of the notices at hand."""
    named = settings.WORKING_DAYS_FILE
    return _read(SHIPPED, 0) | (_read(Path(named), _changed(named)) if named else {})


def _changed(name: str) -> int:
    try:
        return Path(name).stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=4)
def _read(path: Path, _changed_at: int) -> dict[str, str]:
    """A file that cannot be read counts for nothing and is said in the log: reminders must not take pages down."""
    if wrong := faults(path):
        logger.error("working days not taken up: %s", "; ".join(wrong[:3]))
        return {}
    return {row.code: row.name for row in CodeTable(path)}


def _is_day(text: str) -> bool:
    try:
        return f"{datetime.date.fromisoformat(text)}" == text
    except ValueError:
        return False
