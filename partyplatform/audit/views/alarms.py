"""告警: what reaches an administrator from below, and what was done about it."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped, admit

from ..alarms import OWN, handle
from ..forms import AlarmFilter, HandleForm
from ..models import Alarm
from ..reach import tree

COLUMNS = (
    Column("告警", "record.action_label", width=24, link="get_absolute_url"),
    Column("状态", "status", kind="tag"),
    Column("党组织", "organization_name", width=30),
    Column("操作人", "record.actor_name"),
    Column("最近一次", "last_at", kind="date"),
    Column("次数", "times", kind="number", fold=True),
    Column("处置人", "handler_name", fold=True),
)


class AlarmList(Scoped, ListPage):
    model = Alarm
    needs = "view_alarms"
    columns = COLUMNS
    filter_class: Any = AlarmFilter
    count_cap: Any = 1000
    template_name = "audit/alarms.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = tree().names({row.record.organization_id for row in self.object_list} - {None})
        for row in self.object_list:
            row.organization_name = names.get(row.record.organization_id, "")
        nothing = "没有符合条件的告警。" if self.filters.is_active else "本组织和下级党组织没有告警。"
        return super().get_context_data(nothing=nothing, **kwargs)


class AlarmDetail(FormPage):
    """One alarm: what happened, and the form of whoever deals with it."""

    request: Any
    needs = "view_alarms"
    form_class = HandleForm
    template_name = "audit/alarm.html"

    @cached_property
    def alarm(self) -> Alarm:
        rows: QuerySet[Alarm] = Alarm.objects.visible_to(self.request.role).select_related("record")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def is_own(self) -> bool:
        return self.alarm.record.actor_uid == self.request.role.user_uid

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        admit(request, "handle_alarms")
        self.alarm  # noqa: B018 (404 before anything is read from the form)
        return super().post(request, *args, **kwargs)

    def act(self, form: HandleForm) -> Alarm:
        handle(self.alarm, by=self.request.role, remark=form.cleaned_data["remark"])
        return self.alarm

    def location(self, result: Alarm) -> str:
        messages.success(self.request, "处置情况已记录")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record = self.alarm.record
        names = tree().names([record.organization_id] if record.organization_id else [])
        organization_name = names.get(record.organization_id or 0, "")
        may_handle = self.alarm.is_open and self.request.role.can("handle_alarms")
        return super().get_context_data(
            alarm=self.alarm,
            record=record,
            organization_name=organization_name,
            may_handle=may_handle and not self.is_own,
            own=OWN if may_handle and self.is_own else "",
            **kwargs,
        )
