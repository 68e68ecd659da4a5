"""党籍管理: lists of those it concerns, and a form for each act. Source: screens.md 2.6; workflows.md 4.3, 5.1."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import View

from accounts.powers import Power
from members import membership
from members.acts import ACTS, acts_for
from members.codes import MembershipStatus
from members.exports import book_meta
from members.forms.acts import ActForm, PlaceFilter
from members.grounds import proposal
from members.membership_jobs import book_name, start_history_export
from members.membership_lists import HISTORY, listed_under, with_standing
from members.models import Member, MemberProfile
from members.services import acts as services
from members.services.sections import profile_of
from members.views.records import OfMember
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.jobs.offers import OffersJob
from partyplatform.ui import searches
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import NO_POWER, Scoped, UploadPage

COUNTED = 1000
EXPORT_AT_ONCE = 2000


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
        row.probation_end = membership.end_of(row, row.profile if hasattr(row, "profile") else MemberProfile())
        row.due = membership.due(row.probation_end, today=timezone.localdate())


class ExportHistory(Scoped, OffersJob, View):
    """导出Excel of 历史党员: what the filters leave, masked as on the page. Source: screens.md 2.6."""

    needs = Power.KEEP_MEMBERSHIP

    def get(self, request):
        role, filters = request.role, PlaceFilter(searches.query_of(request) or None)
        rows = listed_under(role, "history", filters)
        ids = [row.pk for row in rows[: EXPORT_AT_ONCE + 1]]
        if len(ids) > EXPORT_AT_ONCE:
            return self.offer(rows.count())
        name, place, said = book_name(), role.organization, filters.described()
        exporting.note(place, action="members.export_history", file_name=name, rows=len(ids), filters=said, by=role)
        meta, lines = book_meta(place, by=role), iter(with_standing(ids))
        return uploads.stream_response(book_chunks(title="历史党员", columns=HISTORY, rows=lines, meta=meta), name)

    def hand_in(self):
        return start_history_export(by=self.request.role, query=searches.query_of(self.request))


class CarryOut(OfMember, UploadPage):
    """The form of one act for one member."""

    needs = Power.KEEP_MEMBERSHIP
    form_class = ActForm
    template_name = "members/act.html"
    tab = "membership"
    max_body, max_file = uploads.MOST_READ, uploads.MAX_BYTES
    target = ("act_row",)

    @cached_property
    def act_row(self):
        self.member  # noqa: B018 (raises Http404 for one out of reach)
        found = ACTS.get(self.kwargs["act"])
        if found is None:
            raise Http404
        if not self.request.role.can(found.needs):
            raise PermissionDenied(NO_POWER.format(role=self.request.role.label))
        return found

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "act": self.act_row, "initial": self._initial()}

    def _initial(self):
        member = self.member
        initial = {"version": member.version}
        if self.act_row.slug == "confirm":
            initial["on"] = membership.end_of(member, profile_of(member))
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
