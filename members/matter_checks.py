"""What the procedures refuse: dates and durations. Each function raises ValidationError by field of the form.

`matter` is as it is to be stored. Source: workflows.md 3.4, 5.2 – 5.5.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from members.procedures import (
    ABROAD_MONTHS,
    APPLICATION_MONTHS,
    EXTENSION_MONTHS,
    NOTE_MONTHS,
    RETENTION_MONTHS,
    Event,
    Procedure,
)
from orgs.dates import add_months

AHEAD = 12  # months somebody may leave after the application


def check_begin(procedure: Procedure, event: Event, matter: Any, *, today: datetime.date) -> None:
    """Refuse a matter that cannot begin."""
    member = matter.member
    latest = add_months(today, AHEAD) if procedure.slug == "abroad" else today
    if matter.began_on > latest:
        limit = "应在一年以内" if procedure.slug == "abroad" else "不能晚于今天"
        raise ValidationError({"on": f"{event.dated}{limit}"})
    if member.born_on and matter.began_on < member.born_on:
        raise ValidationError({"on": f"{event.dated}不能早于出生日期"})
    if matter.ends_on and matter.ends_on <= matter.began_on:
        raise ValidationError({"ends_on": f"{procedure.labels['ends_on']}应晚于{event.dated}"})
    if check := _CHECKS.get((procedure.slug, event.verb)):
        check(matter, None)


def check_step(event: Event, matter: Any, before: Any, *, on: datetime.date, today: datetime.date) -> None:
    """Refuse an event that cannot happen; `before` is the matter as it was."""
    if event.dated and on > today:
        raise ValidationError({"on": f"{event.dated}不能晚于今天"})
    if event.dated and event.contacts and matter.began_on and on < matter.began_on:
        label = matter.rules.labels["began_on"]
        raise ValidationError({"on": f"{event.dated}不能早于{label}（{matter.began_on:%Y-%m-%d}）"})
    if check := _CHECKS.get((matter.procedure, event.verb)):
        check(matter, before, on=on)


def _short(matter: Any, _: Any) -> None:
    if matter.ends_on < add_months(matter.began_on, NOTE_MONTHS):
        raise ValidationError({"ends_on": f"不足 {NOTE_MONTHS} 个月的出国（境）不需要登记"})
    if matter.ends_on >= add_months(matter.began_on, APPLICATION_MONTHS):
        raise ValidationError({"ends_on": f"{APPLICATION_MONTHS} 个月以上的，请办理“申请保留组织关系”"})


def _long(matter: Any, _: Any) -> None:
    if matter.ends_on < add_months(matter.began_on, APPLICATION_MONTHS):
        raise ValidationError({"ends_on": f"不足 {APPLICATION_MONTHS} 个月的，请办理“报告短期出国（境）”"})
    _within_years(matter)


def _within_years(matter: Any) -> None:
    limit = add_months(matter.began_on, ABROAD_MONTHS)
    if matter.ends_on > limit:
        raise ValidationError({"ends_on": f"保留组织关系累计不超过 5 年，最晚为 {limit:%Y-%m-%d}"})


def _extend_abroad(matter: Any, before: Any, *, on: datetime.date) -> None:
    if on > before.ends_on:
        raise ValidationError({"on": f"已于 {before.ends_on:%Y-%m-%d} 期满，延期应在期满前批准"})
    _later(matter, before)
    _within_years(matter)


def _retain(matter: Any, _: Any) -> None:
    limit = add_months(matter.began_on, RETENTION_MONTHS)
    if matter.ends_on > limit:
        raise ValidationError({"ends_on": f"组织关系最多暂留 2 年，最晚为 {limit:%Y-%m-%d}"})


def _extend_retention(matter: Any, before: Any, *, on: datetime.date) -> None:
    usual = add_months(matter.began_on, RETENTION_MONTHS)
    if before.limit_on > usual:
        raise ValidationError("暂留已延长过一次，不能再次延长")
    _later(matter, before)
    if matter.ends_on > (limit := add_months(matter.began_on, RETENTION_MONTHS + EXTENSION_MONTHS)):
        raise ValidationError({"ends_on": f"暂留最多延长 1 年，最晚为 {limit:%Y-%m-%d}"})


def _later(matter: Any, before: Any) -> None:
    if matter.ends_on <= before.ends_on:
        raise ValidationError({"ends_on": f"新的日期应晚于原定的 {before.ends_on:%Y-%m-%d}"})


_CHECKS: dict[tuple[str, str], Callable[..., None]] = {
    ("abroad", "note"): _short,
    ("abroad", "apply"): _long,
    ("abroad", "extend"): _extend_abroad,
    ("retention", "register"): _retain,
    ("retention", "extend"): _extend_retention,
}
