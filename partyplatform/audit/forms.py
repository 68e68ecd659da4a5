"""The filters and forms of the audit's pages."""

import datetime
from typing import Any

from django import forms
from django.db.models import F
from django.utils import timezone

from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedDate
from partyplatform.ui.searches import PRIVATE

from .actions import action_choices, action_label
from .models import Level
from .querysets import AlarmQuerySet, RecordQuerySet

PEOPLE = PRIVATE | {"person"}  # what is kept out of the address. Source: security.md 28
_DAY = datetime.timedelta(days=1)


class RecordFilter(FilterForm):
    name = CleanText(label="操作人", max_length=50, widget=forms.TextInput(attrs={"placeholder": "完整姓名"}))
    person = CleanText(label="对象", max_length=100, widget=forms.TextInput(attrs={"placeholder": "完整名称"}))
    organization = CleanText(label="党组织", max_length=50, widget=forms.TextInput(attrs={"placeholder": "名称或编码"}))
    action = forms.ChoiceField(label="操作", choices=lambda: [("", "请选择"), *action_choices()])
    since = TypedDate(label="开始日期")
    until = TypedDate(label="结束日期")
    level = forms.ChoiceField(label="级别", choices=(("", "请选择"), *Level.choices))
    outcome = forms.ChoiceField(label="结果", choices=(("", "请选择"), ("yes", "成功"), ("no", "未成功")))
    request_number = CleanText(label="请求编号", max_length=64)

    def narrow(self, rows: RecordQuerySet) -> Any:
        """Return the records the filters leave; each condition has its index."""
        values = self.values
        for name, column in (("name", "actor_name"), ("person", "object_label"), ("request_number", "request_number")):
            if name in values:
                rows = rows.filter(**{column: values[name]})
        if action := values.get("action"):
            rows = rows.filter(action__startswith=action) if action.endswith(".") else rows.filter(action=action)
        if "organization" in values:
            rows = rows.at_organizations_called(values["organization"])
        if "level" in values:
            rows = rows.filter(level=values["level"])
        if "outcome" in values:
            rows = rows.filter(succeeded=values["outcome"] == "yes")
        rows = rows.since(_midnight(values["since"])) if "since" in values else rows
        return rows.until(_midnight(values["until"] + _DAY)) if "until" in values else rows

    def described(self) -> str:
        """Return the filled filters in words, the action by its name."""
        shown = self.values | ({"action": action_label(self.values["action"])} if "action" in self.values else {})
        words = {
            name: dict(getattr(self.fields[name], "choices", ())).get(value, value) for name, value in shown.items()
        }
        return "，".join(f"{self.fields[name].label} {value}" for name, value in words.items())


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


class AlarmFilter(FilterForm):
    state = forms.ChoiceField(label="状态", choices=(("", "请选择"), ("open", "待处置"), ("handled", "已处置")))

    def narrow(self, rows: AlarmQuerySet) -> Any:
        """Return the alarms of the chosen state, those nobody has dealt with first, then the newest first."""
        if state := self.values.get("state"):
            rows = rows.filter(handled_at__isnull=state == "open")
        return rows.select_related("record").order_by(F("handled_at").desc(nulls_first=True), "-last_at", "-pk")


class HandleForm(PlatformForm):
    remark = CleanText(label="处置说明", max_length=500, lines=True, help_text="如：已电话核实，系本人操作")
