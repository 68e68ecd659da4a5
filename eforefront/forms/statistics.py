"""Forms of 党内统计. Source: screens.md 2.12."""

import datetime
from typing import Self

from django import forms
from django.utils import timezone

from eforefront.models import StatisticalReport
from eforefront.services.statistics import last_day
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedDate

Kind = StatisticalReport.Kind
YEARS_BACK = 8


def _years():
    now = timezone.localdate().year
    return [(year, f"{year} 年") for year in range(now, now - YEARS_BACK, -1)]


def _last_year():
    return timezone.localdate().year - 1


def last_year_end() -> datetime.date:
    """Return the end of the last year: what is reported unless another day is asked for."""
    return datetime.date(timezone.localdate().year - 1, 12, 31)


class PeriodFilter(FilterForm):
    """年度, 半年 or a day; the organisation is in the address."""

    kind = forms.ChoiceField(label="报告类型", choices=Kind, required=False)
    year = forms.TypedChoiceField(label="年份", coerce=int, choices=_years, required=False, initial=_last_year)
    day = TypedDate(label="指定日期", required=False, not_future=True, help_text="报告类型为“指定日期”时填写")

    @classmethod
    def of(cls, on: datetime.date, kind: str) -> Self:
        """Return the form that asks for a day: as a year or half a year where the form offers it."""
        if kind != Kind.DAY and on.year in dict(_years()):
            return cls({"kind": kind, "year": on.year})
        return cls({"kind": Kind.DAY, "day": on.isoformat()})

    def chosen_day(self) -> datetime.date:
        """Return the last day of the period asked for; the end of last year where nothing fits."""
        values = self.values
        kind = values.get("kind") or Kind.YEAR
        if kind == Kind.DAY:
            return values.get("day") or last_year_end()
        return last_day(kind, values.get("year") or timezone.localdate().year - 1)


class SealForm(PlatformForm):
    """Nothing is asked but the word; what it does stands above it."""


class OpenForm(PlatformForm):
    reason = CleanText(label="启封原因", max_length=200, lines=True)
    version = forms.IntegerField(widget=forms.HiddenInput)
