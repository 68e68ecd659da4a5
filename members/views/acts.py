"""党籍管理: lists of those it concerns, and a form for each act. Source: screens.md 2.6; workflows.md 4.3, 5.1."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import View

from accounts.powers import Power
from members import finding, membership
from members.acts import ACTS, acts_for
from members.codes import MembershipStatus
from members.exports import book_meta
from members.forms.acts import ActForm, PlaceFilter
from members.grounds import proposal
from members.models import Member, Standing
from members.services import acts as services
from members.services.sections import profile_of
from members.views.records import OfMember
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.ui import searches
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import NO_POWER, Scoped, UploadPage

COUNTED = 1000
EXPORT_AT_ONCE = 2000
NAME = Column("姓名", "name", width=16, link="get_absolute_url")
PLACE = Column("所在党组织", "organization.short_name", width=36)
ACTIONS = Column("操作", "pk", cell="members/_acts.html", book=False)
PROBATION = (
    *(NAME, Column("性别", "get_gender_display", width=8), Column("入党日期", "joined_on", width=14, kind="date")),
    *(Column("预备期止", "probation_end", width=14, kind="date"), Column("提醒", "due", kind="tag"), PLACE, ACTIONS),
)
SUSPENDED = (
    *(NAME, Column("性别", "get_gender_display", width=8), Column("停止党籍日期", "since", width=14, kind="date")),
    *(Column("原因", "why"), PLACE, ACTIONS),
)
HISTORY = (
    *(NAME, Column("性别", "get_gender_display", width=8), Column("身份证号", "masked_id_number", kind="code")),
    *(Column("手机号码", "shown_phone"), Column("年龄", "age", kind="number")),
    *(Column("民族", "ethnicity_label"), Column("减少方式", "how"), Column("减少时间", "since", kind="date")),
    *(Column("操作人", "who"), PLACE, ACTIONS),
)


def listed_under(role, rows_of, filters):
    """Return the members of one of the lists, as its filters leave them."""
    return getattr(finding.members(role, name=filters.values.get("name", "")), rows_of)().listed()


def with_standing(ids):
    """Return the records of these ids, each with what its present standing says: since when, why, how, by whom."""
    rows = Member.objects.select_related("profile").in_order(ids)
    since = {row.member_id: row for row in Standing.objects.open_of(rows)}
    for row in rows:
        if standing := since.get(row.pk):
            row.since, row.why, row.how, row.who = standing.begins_on, standing.reason, standing.cause, standing.by_name
    return rows


class MembershipList(Scoped, ListPage):
    """One of the lists. The rows are found by the indexes of the roll and read by their ids."""

    model = Member
    needs = Power.KEEP_MEMBERSHIP
    filter_class = PlaceFilter
    count_cap = COUNTED
    template_name = "members/membership.html"
    rows_of = heading = ""  # a reading of MemberQuerySet, and what the page is called
    export = ""  # the name of the address of its workbook

    def chosen(self):
        return listed_under(self.request.role, self.rows_of, self.filters)

    def get_context_data(self, **kwargs):
        self.object_list = rows = with_standing([row.pk for row in self.object_list])
        for row in rows:
            self._tell(row)
        return super().get_context_data(heading=self.heading, export=self.export, **kwargs)

    @staticmethod
    def _belongs(act, row):
        """Among 预备党员 only what is about the 预备期; the rest is on the page of the person."""
        return act.category or row.status != MembershipStatus.NORMAL

    def _tell(self, row):
        row.acts = [act for act in acts_for(row, self.request.role) if self._belongs(act, row)]
        extended = row.profile.probation_months if hasattr(row, "profile") else 0
        row.probation_end = membership.probation_end(row, extended=extended)
        row.due = membership.due(row.probation_end, today=timezone.localdate())


class ExportHistory(Scoped, View):
    """导出excel of 历史党员: what the filters leave, masked as on the page. Source: screens.md 2.6."""

    needs = Power.KEEP_MEMBERSHIP

    def get(self, request):
        role, filters = request.role, PlaceFilter(searches.query_of(request) or None)
        ids = [row.pk for row in listed_under(role, "history", filters)[: EXPORT_AT_ONCE + 1]]
        if len(ids) > EXPORT_AT_ONCE:
            messages.error(request, f"超过 {EXPORT_AT_ONCE} 人，请先按姓名筛选，或由下级党组织分别导出")
            return redirect("members:history")
        name, place = f"历史党员_{timezone.localdate():%Y%m%d}.xlsx", role.organization
        said = filters.described()
        exporting.note(place, action="members.export_history", file_name=name, rows=len(ids), filters=said, by=role)
        meta, rows = book_meta(place, by=role), iter(with_standing(ids))
        return uploads.stream_response(book_chunks(title="历史党员", columns=HISTORY, rows=rows, meta=meta), name)


class CarryOut(OfMember, UploadPage):
    """The form of one act for one member."""

    needs = Power.KEEP_MEMBERSHIP
    form_class = ActForm
    template_name = "members/act.html"
    tab = "membership"
    max_body = uploads.MAX_BYTES

    @cached_property
    def act_row(self):
        self.member  # noqa: B018 (raises Http404 for one out of reach)
        found = ACTS.get(self.kwargs["act"])
        if found is None:
            raise Http404
        if not self.request.role.can(found.needs):
            raise PermissionDenied(NO_POWER.format(role=self.request.role.label))
        return found

    def check_target(self):
        self.act_row  # noqa: B018 (raises what the reader is told)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "act": self.act_row, "initial": self._initial()}

    def _initial(self):
        member = self.member
        initial = {"version": member.version}
        if self.act_row.slug == "confirm":
            initial["on"] = membership.probation_end(member, extended=profile_of(member).probation_months)
        return initial | proposal(self.act_row.slug, member, timezone.localdate())

    def get_context_data(self, **kwargs):
        act, member = self.act_row, self.member
        unsuited = "" if act.suits(member) else services.unsuited(act, member)
        return super().get_context_data(act=act, unsuited=unsuited, **kwargs)

    def act(self, form):
        version = form.cleaned_data["version"]
        return services.carry_out(self.act_row, self.member, by=self.request.role, version=version, **form.values)

    def location(self, result):
        messages.success(self.request, f"已办理{self.act_row.label}：{result.name}")
        if result.status in (MembershipStatus.NORMAL, MembershipStatus.SUSPENDED):
            return reverse("members:section", args=[result.pk, "membership"])
        return reverse("members:history")
