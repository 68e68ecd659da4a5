"""下级党员 → 党员信息: the list of an organisation's members and its export. Source: screens.md 2.4."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views.generic import View

from accounts.powers import Power
from members.as_it_stood import as_they_stood
from members.codes import MembershipStatus
from members.columns import has_chosen, shown_columns
from members.exports import book_meta, book_name, lines, members_under
from members.forms.filters import MemberFilter
from members.jobs import start_export
from members.models import Member
from members.ordering import CHOICES
from orgs import browsing
from orgs.models import Organization
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.jobs.offers import OffersJob
from partyplatform.ui import searches
from partyplatform.ui.tables import ListPage
from partyplatform.ui.texts import is_number, keyword
from partyplatform.ui.views import Scoped

COUNTED = 1000  # members counted exactly; more are "1000+"
EXPORT_AT_ONCE = 2000  # rows; more becomes a job with progress


class InOrganization:
    """The organisation of the address, with its ancestors down from the reader's own."""

    @cached_property
    def chain(self):
        """From the reader's organisation down to this one; 404 when it is out of reach."""
        pk = self.asked
        chain = list(Organization.objects.visible_to(self.request.role).above(pk, include_self=True))
        if not chain or chain[-1].pk != pk:
            raise Http404
        return chain

    @property
    def asked(self):
        return self.kwargs["pk"]

    @property
    def organization(self):
        return self.chain[-1]

    def tree(self, *, also=()):
        """The tree beside the list, unfolded as the address says; the caller links its nodes. `also` as in `browse`."""
        top, query = self.chain[0], self.request.GET
        if typed := keyword(query):
            return browsing.search(top, current=self.organization, keyword=typed, also=also)
        opened = [number(part) for part in query.get("open", "").split(",")[:50] if part]
        folded, way = number(query.get("fold", "")), [organization.pk for organization in self.chain]
        return browsing.browse(top, current=self.organization, open_ids=opened, folded=folded, way=way, also=also)


class MemberList(Scoped, InOrganization, ListPage):
    model = Member
    needs = Power.VIEW_MEMBERS
    count_cap = COUNTED
    filter_class = MemberFilter
    template_name = "members/list.html"

    @cached_property
    def columns(self):
        return shown_columns(self.request.user)

    def post(self, request, *args, **kwargs):
        self.organization  # noqa: B018 (raises Http404 for one out of reach)
        return super().post(request, *args, **kwargs)

    @cached_property
    def shown_tree(self):
        return _linked(self.tree(), self.organization)

    @property
    def figures(self):
        return self.shown_tree.figures[self.organization.pk]

    def chosen(self):
        """Only what finds the rows of a page: the rest of 25 records is read by their ids."""
        among = self.figures.members
        rows = members_under(self.organization, role=self.request.role, filters=self.filters, among=among)
        return rows.select_related(None).only("pk") if self.sorting.asked in dict(CHOICES[1:]) else rows.listed()

    def records(self):
        """The records of the page, for a day in the past as they stood then."""
        records = Member.objects.in_order([row.pk for row in self.object_list])
        if not self.filters.day:
            return records
        stood = {row.pk: row for row in self.object_list}
        for record in records:
            for name in ("on_place", "on_category", "on_status"):
                setattr(record, name, getattr(stood[record.pk], name))
        return list(as_they_stood(records))

    def get_template_names(self):
        return ["orgs/_tree.html"] if self.request.htmx.target == "tree" else [self.template_name]

    def get_context_data(self, **kwargs):
        self.object_list = self.records()
        may_batch = self.request.role.can(Power.EDIT_MEMBER) and not self.filters.day
        return super().get_context_data(
            has_chosen=has_chosen(self.request.user),
            may_batch=may_batch,
            tickable="ids" if may_batch else "",
            current=self.organization,
            path=[("首页", reverse("orgs:home")), *((org.short_name, _address(org)) for org in self.chain)],
            tree=self.shown_tree,
            figures=self.figures,
            suspended=self.filters.standing_asked == MembershipStatus.SUSPENDED,
            current_url=_address(self.organization),
            nothing="没有符合条件的党员，可放宽筛选条件。" if self.filters.is_active else "该党组织还没有党员。",
            **kwargs,
        )


class ExportMembers(Scoped, OffersJob, InOrganization, View):
    """导出excel: the members the filters leave, at once or as a job."""

    needs = Power.VIEW_MEMBERS

    def get(self, request, pk):
        filters = MemberFilter(searches.query_of(request) or None)
        rows = members_under(self.organization, role=request.role, filters=filters)
        count, name = rows.count(), book_name(self.organization)
        if count > EXPORT_AT_ONCE:
            return self.offer(count)
        exporting.note(
            self.organization,
            action="members.export",
            file_name=name,
            rows=count,
            filters=filters.described(),
            by=request.role,
        )
        meta = book_meta(self.organization, by=request.role)
        book = book_chunks(title="党员", columns=shown_columns(request.user), rows=lines(rows, filters), meta=meta)
        return uploads.stream_response(book, name)

    def hand_in(self):
        query = searches.query_of(self.request)
        if "id_number" in query:  # kept with the job, it would stand there in clear
            raise ValidationError("按身份证号查询的结果不在后台导出")
        return start_export(self.organization, by=self.request.role, query=query)


def _linked(tree, current):
    """Let the nodes lead to the members of each organisation."""
    browsing.link(tree, base=_address(current))
    kept = f"?{urlencode({'open': ','.join(map(str, tree.open_ids))})}" if tree.open_ids else ""
    for node in tree.nodes.values():
        node.url = _address(node.organization) + kept
        node.rest_url = f"{reverse('orgs:list')}?org={node.pk}"
    return tree


def _address(organization):
    return reverse("members:list", args=[organization.pk])


def number(text):
    return int(text) if is_number(text, digits=18) else 0
