"""信息校核: doubtful records, confirming one, looking at all of them anew. Source: screens.md 2.11."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import View

from accounts.powers import Power
from members.forms.checking import DoubtFilter, ReasonForm
from members.jobs import start_recheck
from members.models import Doubt
from members.services import checking as services
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped, needs

COUNTED = 1000
MOST = 5000  # rows of a workbook
COLUMNS = (
    Column("姓名", "member.name", width=16, link="member.get_absolute_url"),
    Column("党组织", "member.organization.short_name", width=36),
    Column("问题", "get_kind_display", width=24),
    Column("说明", "text", width=50),
    Column("发现时间", "found_at", width=18),
    Column("状态", "status", kind="tag", width=12),
    Column("确认理由", "why", width=30, screen=False),
    Column("操作", "pk", cell="members/checking/_actions.html", book=False),
)


class DoubtList(Scoped, ListPage):
    model = Doubt
    needs = Power.EDIT_MEMBER
    columns = COLUMNS
    count_cap = COUNTED
    filter_class = DoubtFilter
    template_name = "members/checking/list.html"

    def get_queryset(self):
        rows = super().get_queryset().select_related("member__organization")
        return rows.order_by("-found_at", "-pk")

    def get_context_data(self, **kwargs):
        nothing = "没有符合条件的疑点。" if self.filters.is_active else "没有需要核对的信息。"
        return super().get_context_data(nothing=nothing, **kwargs)


class ExportDoubts(Scoped, View):
    """导出: the list as filtered, up to so many rows."""

    needs = Power.EDIT_MEMBER

    def get(self, request):
        filters = DoubtFilter(request.GET or None)
        rows = filters.narrow(Doubt.objects.visible_to(request.role).select_related("member__organization"))
        rows, name = rows.order_by("-found_at", "-pk")[:MOST], f"信息校核_{timezone.localdate():%Y%m%d}.xlsx"
        organization = request.role.organization
        exporting.note(
            organization,
            action="members.export_doubts",
            file_name=name,
            rows=rows.count(),
            filters=filters.described(),
            by=request.role,
        )
        meta = {"党组织": organization.full_name, "导出人": f"{request.role.user_name}（{request.role.label}）"}
        return uploads.stream_response(book_chunks(title="信息校核", columns=COLUMNS, rows=iter(rows), meta=meta), name)


class Confirm(FormPage):
    """确认无误: the record is right in spite of the doubt."""

    needs = Power.EDIT_MEMBER
    form_class = ReasonForm
    template_name = "members/checking/confirm.html"

    @cached_property
    def doubt(self):
        rows = Doubt.objects.visible_to(self.request.role).select_related("member__organization")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def post(self, request, *args, **kwargs):
        self.doubt  # noqa: B018 (raises Http404 for one out of reach)
        return super().post(request, *args, **kwargs)

    def act(self, form):
        return services.confirm(self.doubt, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"{result.member.name}：{result.get_kind_display()}，已确认无误")
        return reverse("members:doubts")

    def get_context_data(self, **kwargs):
        return super().get_context_data(doubt=self.doubt, member=self.doubt.member, **kwargs)


@require_POST
@needs(Power.EDIT_MEMBER)
@once_only
def recheck(request):
    """重新校核: look at all records in reach, in the background."""
    start_recheck(by=request.role)
    messages.success(request, "重新校核已在后台开始，完成后请刷新页面查看")
    return redirect("members:doubts")
