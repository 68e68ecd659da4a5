"""Which days are worked: Monday to Friday, and what the yearly notice of the State Council changes, where it is loaded.

A year that is not in `data/working_days.csv` is counted by weekdays alone; 1 January is free in any year.
"""

import datetime

from members.codes import WORKING_DAYS

WORKED = "班"
ENTRY_LEAD = 5  # days the monthly entry is announced before


def is_working_day(day: datetime.date) -> bool:
    if f"{day:%Y-%m-%d}" in WORKING_DAYS:
        return WORKING_DAYS.label(f"{day:%Y-%m-%d}") == WORKED
    return day.weekday() < 5 and (day.month, day.day) != (1, 1)


def first_working_day(year: int, month: int) -> datetime.date:
    day = datetime.date(year, month, 1)
    while not is_working_day(day):
        day += datetime.timedelta(days=1)
    return day


def coming_entry(today: datetime.date) -> datetime.date | None:
    """Return the first working day of a month, when 《新增人员信息表》 is handed in, from a few days before until that
    day; None at other times. Source: workflows.md 9, 11."""
    following = today.replace(day=1) + datetime.timedelta(days=32)
    days = (first_working_day(month.year, month.month) for month in (today, following))
    return next((day for day in days if 0 <= (day - today).days <= ENTRY_LEAD), None)
