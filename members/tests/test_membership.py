import datetime
from types import SimpleNamespace

import pytest

from members.membership import Absence, in_words, paused_end, probation_end, seniority


def member(joined="2020-06-30", confirmed="2021-06-30", category="1"):
    day = datetime.date.fromisoformat
    return SimpleNamespace(
        category=category, joined_on=joined and day(joined), confirmed_on=confirmed and day(confirmed)
    )


@pytest.mark.parametrize(
    ("joined", "extended", "end"),
    (("2024-02-29", None, "2025-02-28"), ("2025-12-09", 0, "2026-12-09"), ("2025-12-09", 6, "2027-06-09")),
)
def test_the_probation_ends_after_a_year_and_its_extension(joined, extended, end):
    assert probation_end(member(joined), extended=extended) == datetime.date.fromisoformat(end)


@pytest.mark.parametrize(
    ("absences", "extended", "end", "days"),
    (
        ("2025-06-30/2025-12-30", None, "2026-06-17", [183]),  # six months
        ("2025-06-30/2025-12-29", None, "2025-12-16", []),  # a day less
        ("2024-10-01/2025-06-16", None, "2026-06-16", [182]),  # of a stay that began before, the part within
        ("2024-10-01/2025-06-15", None, "2025-12-16", []),
        ("2024-01-01/2024-11-01", None, "2025-12-16", []),
        ("2025-12-15/2026-06-15", None, "2026-06-16", [182]),  # the last day is left
        ("2025-12-16/2026-12-16", None, "2025-12-16", []),  # it was over
        ("2025-12-16/2026-12-16", 6, "2027-06-16", [365]),  # it was extended
        ("2025-02-01/2025-08-01 2026-01-05/2026-07-05", None, "2026-12-13", [181, 181]),  # within what was put off
        ("2025-02-01/2025-08-01 2025-07-01/2026-02-01", None, "2026-12-16", [181, 184]),  # no day counts twice
        ("2025-02-01/2025-08-01", 6, "2026-12-15", [181]),
    ),
)
def test_time_abroad_puts_the_end_off_by_its_own_length(absences, extended, end, days):
    day = datetime.date.fromisoformat
    stays = [Absence(*map(day, stay.split("/"))) for stay in absences.split()]
    found, counted = paused_end(day("2024-12-16"), stays, extended=extended)
    assert (found.isoformat(), [stay.days for stay in counted]) == (end, days)


def test_without_a_date_there_is_no_end():
    assert probation_end(member(joined=None)) is None


@pytest.mark.parametrize(
    ("on", "correction", "months"),
    (("2026-06-29", 0, 59), ("2026-06-30", 0, 60), ("2026-06-30", -12, 48), ("2021-07-01", -12, 0)),
)
def test_seniority_runs_from_the_confirmation(on, correction, months):
    assert seniority(member(), on=datetime.date.fromisoformat(on), correction=correction) == months


def test_who_is_not_confirmed_has_no_seniority():
    assert seniority(member(category="2", confirmed=None), on=datetime.date(2026, 6, 30)) is None


@pytest.mark.parametrize(
    ("months", "words"), ((None, ""), (0, "0 个月"), (11, "11 个月"), (24, "2 年"), (38, "3 年 2 个月"))
)
def test_months_in_words(months, words):
    assert in_words(months) == words
