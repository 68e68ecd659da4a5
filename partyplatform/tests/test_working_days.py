"""Working days: the notices shipped, the operator's own file, weekdays where there is neither."""

import datetime

import pytest

from partyplatform import working_days
from partyplatform.working_days import SHIPPED, faults, first_working_day, is_working_day, working_days_after

DAY = datetime.date
HEAD = "code,name,parent,source,note\n"


@pytest.mark.parametrize(
    ("month", "day"),
    [
        ((2026, 1), DAY(2026, 1, 4)),  # a Sunday worked instead of 2 January
        ((2026, 5), DAY(2026, 5, 6)),
        ((2026, 10), DAY(2026, 10, 8)),
        ((2031, 1), DAY(2031, 1, 2)),  # no notice: weekdays, and 1 January is free
        ((2031, 3), DAY(2031, 3, 3)),
    ],
)
def test_the_first_working_day_knows_the_days_off(month, day):
    assert first_working_day(*month) == day


def test_days_are_counted_from_the_day_after():
    assert working_days_after(DAY(2026, 9, 24), 5) == DAY(2026, 10, 9)  # 中秋节, a weekend, 国庆节
    assert working_days_after(DAY(2031, 3, 7), 1) == DAY(2031, 3, 10)


def test_the_operators_file_counts_first_and_is_read_anew(tmp_path, settings):
    own = tmp_path / "days.csv"
    own.write_text(f"{HEAD}2031-03-03,休,,rule,\n2026-01-04,休,,rule,\n", encoding="utf-8")
    settings.WORKING_DAYS_FILE = str(own)
    assert first_working_day(2031, 3) == DAY(2031, 3, 4)
    assert first_working_day(2026, 1) == DAY(2026, 1, 5)
    own.write_text(f"{HEAD}2031-03-01,班,,rule,\n", encoding="utf-8")
    assert first_working_day(2031, 3) == DAY(2031, 3, 1)


@pytest.mark.parametrize(
    "text", ["code\n2031-03-03\n", f"{HEAD}2031-3-3,休,,,\n", f"{HEAD}2031-03-03,free,,,\n", "\xff"]
)
def test_a_file_that_makes_no_sense_counts_for_nothing_and_is_told(tmp_path, settings, caplog, text):
    own = tmp_path / "days.csv"
    own.write_text(text, encoding="latin-1" if text == "\xff" else "utf-8")
    settings.WORKING_DAYS_FILE = str(own)
    assert faults(own)
    assert is_working_day(DAY(2031, 3, 3))
    assert "not taken up" in caplog.text
    settings.WORKING_DAYS_FILE = str(tmp_path / "missing.csv")
    assert is_working_day(DAY(2031, 3, 3))


def test_the_shipped_notices_make_sense():
    assert faults(SHIPPED) == []
    assert set(working_days._read(SHIPPED, 0).values()) == {working_days.WORKED, working_days.FREE}
