from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from eforefront import dues_rates

MONTH = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("category", "base", "yuan"),
    (
        ("1", "3000", "15.00"),
        ("1", "3000.01", "30.00"),
        ("1", "5000", "50.00"),
        ("1", "5000.01", "75.00"),  # the rate of the bracket applies to the whole base
        ("1", "10000", "150.00"),
        ("1", "10000.01", "200.00"),
        ("2", "8000", "120.00"),
        ("3", "4000", "40.00"),
        ("4", "5000", "25.00"),
        ("4", "5000.01", "50.00"),
        ("1", "1", "0.01"),  # 0.005 is rounded half up
        ("1", "101", "0.51"),  # 0.505
        ("1", "9999999.99", "200000.00"),
    ),
)
def test_dues_follow_from_the_bracket_of_the_whole_base(category, base, yuan):
    due = dues_rates.monthly(category, MONTH, base=Decimal(base))
    assert due.fen == int(Decimal(yuan) * 100)


@pytest.mark.parametrize(
    ("category", "fixed", "fen"), (("6", None, 20), ("7", None, 20), ("8", None, 20), ("5", "1", 100), ("5", None, 20))
)
def test_those_without_an_income_pay_a_fixed_amount(category, fixed, fen):
    assert dues_rates.monthly(category, MONTH, fixed=Decimal(fixed) if fixed else None) == dues_rates.Due(fen)


@pytest.mark.parametrize(
    ("category", "asked", "field"),
    (
        ("1", {}, "base"),
        ("1", {"base": Decimal(0)}, "base"),
        ("1", {"base": Decimal(-1)}, "base"),
        ("1", {"base": Decimal("0.99")}, "base"),
        ("1", {"base": Decimal("10000000")}, "base"),
        ("5", {"fixed": Decimal("1.01")}, "fixed"),
        ("5", {"fixed": Decimal("0.19")}, "fixed"),
        ("6", {"fixed": Decimal("0.3")}, "fixed"),
        ("9", {}, "category"),  # an approved relief, nobody's own category
        ("0", {}, "category"),
    ),
)
def test_what_the_rates_do_not_allow_is_refused(category, asked, field):
    with pytest.raises(ValidationError) as refusal:
        dues_rates.monthly(category, MONTH, **asked)
    assert list(refusal.value.error_dict) == [field]


def test_there_are_no_rates_before_the_first_ones():
    with pytest.raises(ValidationError):
        dues_rates.monthly("6", date(2008, 3, 1))
    assert dues_rates.monthly("6", dues_rates.first_month()).fen == 20


def test_later_rates_count_from_their_month(monkeypatch):
    newer = [{**row, "since": "2026-07", "rate": row["rate"] and "0.03"} for row in dues_rates.codes.DUES_RATES.rows]
    monkeypatch.setitem(dues_rates.codes.DUES_RATES.__dict__, "rows", [*dues_rates.codes.DUES_RATES.rows, *newer])
    dues_rates._brackets.cache_clear()
    try:
        amounts = [dues_rates.monthly("1", date(2026, month, 1), base=Decimal(4000)).fen for month in (6, 7)]
        assert amounts == [4000, 12000]
    finally:
        monkeypatch.undo()
        dues_rates._brackets.cache_clear()
