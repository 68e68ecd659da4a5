"""The filters and forms of the audit's pages."""

from typing import Any

from django import forms
from django.db.models import F

from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm

from .querysets import AlarmQuerySet


class AlarmFilter(FilterForm):
    state = forms.ChoiceField(label="状态", choices=(("", "请选择"), ("open", "未读"), ("handled", "已处置")))

    def narrow(self, rows: AlarmQuerySet) -> Any:
        """Return the alarms of the chosen state, those nobody has dealt with first, then the newest first."""
        if state := self.values.get("state"):
            rows = rows.filter(handled_at__isnull=state == "open")
        return rows.select_related("record").order_by(F("handled_at").desc(nulls_first=True), "-last_at", "-pk")


class HandleForm(PlatformForm):
    remark = CleanText(label="处置说明", max_length=500, lines=True, help_text="如：已电话核实，系本人操作")
