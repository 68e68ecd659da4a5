"""全项导出: ask, decide, read what became of it. Source: screens.md 2.4; security.md 44."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.powers import Power
from members.exports import members_in_full
from members.forms.filters import MemberFilter
from members.forms.full_exports import AskForm, DecideForm
from members.full_columns import FULL_COLUMNS
from members.jobs import refuse_many_sheets
from members.models import ExportRequest
from members.services import full_exports as services
from members.views.listing import InOrganization
from partyplatform.jobs.models import Job
from partyplatform.ui import searches
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import NO_POWER, FormPage, Scoped, get_visible

COLUMNS = (
    Column("导出范围", "organization.short_name", width=36, link="get_absolute_url"),
    Column("人数", "rows", kind="number"),
    Column("用途", "reason"),
    Column("申请人", "owner_name"),
    Column("申请时间", "created_at", kind="date"),
    Column("状态", "status", kind="tag"),
    Column("审批人", "decider_name", fold=True),
)


class AskExport(InOrganization, FormPage):
    """The full records of what a list shows: how many, what for."""

    needs = Power.EXPORT_MEMBERS_FULL
    proof = True
    form_class = AskForm
    template_name = "members/export_ask.html"

    @cached_property
    def query(self):
        return searches.query_of(self.request)

    @cached_property
    def filters(self):
        return MemberFilter(self.query or None)

    @cached_property
    def count(self):
        return members_in_full(self.organization, role=self.request.role, filters=self.filters).count()

    def post(self, request, *args, **kwargs):
        self.organization  # noqa: B018 (raises Http404 for one out of reach)
        return super().post(request, *args, **kwargs)

    def act(self, form):
        if form.cleaned_data["by_branch"]:
            refuse_many_sheets(self.organization, by=self.request.role)
        asked = services.ask(
            self.organization,
            query=self.query.urlencode(),
            described=self.filters.described(),
            rows=self.count,
            by=self.request.role,
            **form.cleaned_data,
        )
        if asked.state == ExportRequest.State.APPROVED:
            services.start(asked)
        return asked

    def location(self, result):
        said = "导出已开始，完成后可在本页下载" if result.job_uid else "申请已提交，由同级或上级的其他管理员审批"
        messages.success(self.request, said)
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            section="信息浏览",
            organization=self.organization,
            count=self.count,
            alone=services.ALONE,
            needs_second=services.needs_second(self.count, by=self.request.role),
            described=self.filters.described() or "无",
            fields="、".join(column.label for column in FULL_COLUMNS),
            back=reverse("members:list", args=[self.organization.pk]),
            **kwargs,
        )


class ExportRequests(Scoped, ListPage):
    """One's own requests, and those of the own organisation and below."""

    model = ExportRequest
    needs = Power.EXPORT_MEMBERS_FULL
    columns = COLUMNS
    template_name = "members/export_requests.html"

    def get_queryset(self):
        return super().get_queryset().select_related("organization").order_by("-pk")


class ExportRequestPage(FormPage):
    """One request: its facts, the decision for those who may take it, the file for the one who asked."""

    needs = Power.EXPORT_MEMBERS_FULL
    form_class = DecideForm
    template_name = "members/export_request.html"

    @cached_property
    def asked(self):
        return get_visible(ExportRequest, self.request.role, uid=self.kwargs["uid"])

    @property
    def is_own(self):
        return str(self.asked.owner_uid) == str(self.request.role.user_uid)

    @property
    def proof(self):
        """Whoever may decide proves it before looking; the others only read."""
        return self.request.method == "POST" or self.may_decide

    @cached_property
    def waits(self):
        return self.asked.state == ExportRequest.State.WAITING and not self.asked.is_over

    @property
    def may_decide(self):
        return self.waits and not self.is_own and self.request.role.can(Power.DECIDE_EXPORTS)

    def post(self, request, *args, **kwargs):
        if not request.role.can(Power.DECIDE_EXPORTS):
            raise PermissionDenied(NO_POWER.format(role=request.role.label))
        self.asked  # noqa: B018 (raises Http404 for one out of reach)
        return super().post(request, *args, **kwargs)

    def act(self, form):
        approve = self.request.POST.get("verb") == "approve"
        decided = services.decide(self.asked, approve=approve, by=self.request.role, **form.cleaned_data)
        if approve:
            services.start(decided)
        return decided

    def location(self, result):
        done = "已批准，导出已交后台办理，文件只有申请人可以下载" if result.job_uid else "已退回"
        messages.success(self.request, f"{done}：{result.owner_name}的申请")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        asked, role = self.asked, self.request.role
        job = Job.objects.visible_to(role).filter(uid=asked.job_uid).first() if self.is_own and asked.job_uid else None
        return super().get_context_data(
            section="信息浏览",
            asked=asked,
            job=job,
            waits=self.waits,
            is_own=self.is_own,
            may_decide=self.may_decide,
            **kwargs,
        )
