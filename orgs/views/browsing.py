"""信息浏览 → 党员党组织信息: the tree, the list, its export. Source: screens.md 2.2."""

from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import View

from accounts.powers import Power
from members.services.posts import leadership
from orgs import browsing
from orgs.exports import LIST_COLUMNS, book_meta, book_name, lines, note_export, organizations_under, under
from orgs.figures import figures
from orgs.forms.filters import OrganizationFilter
from orgs.jobs import start_export
from orgs.models import Organization, Term
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.jobs.offers import OffersJob
from partyplatform.ui.tables import ListPage
from partyplatform.ui.texts import is_number, keyword
from partyplatform.ui.views import Scoped

COUNTED = 1000  # rows counted exactly when a filter looks through a whole subtree
EXPORT_AT_ONCE = 2000  # rows; more becomes a job with progress


class CurrentOrganization:
    """Reads `org` from the address: the organisation the reader looks at, by default the role's own."""

    @cached_property
    def chain(self):
        """From the role's organisation down to the one looked at; 404 when that is out of reach."""
        top, asked = self.request.role.organization, self.request.GET.get("org", "")
        if not asked or asked == str(top.pk):
            return [top]
        pk = _number(asked)
        chain = list(Organization.objects.visible_to(self.request.role).above(pk, include_self=True))
        if not chain or chain[-1].pk != pk:
            raise Http404
        return chain

    @property
    def current(self):
        return self.chain[-1]

    def tree(self, base, *, also=()):
        query = self.request.GET
        top = self.request.role.organization
        if typed := keyword(query):
            return browsing.link(browsing.search(top, current=self.current, keyword=typed, also=also), base=base)
        opened = [_number(part) for part in query.get("open", "").split(",")[:50] if part]
        folded, way = _number(query.get("fold", "0")), [org.pk for org in self.chain]
        found = browsing.browse(top, current=self.current, open_ids=opened, folded=folded, also=also, way=way)
        return browsing.link(found, base=base)


class OrganizationList(Scoped, CurrentOrganization, ListPage):
    model = Organization
    needs = Power.VIEW_ORGS
    columns = LIST_COLUMNS
    filter_class = OrganizationFilter
    template_name = "orgs/list.html"

    def get_queryset(self):
        return under(self.current, role=self.request.role, filters=self.filters)

    @property
    def count_cap(self):
        """A filter over everything below is counted up to here: the rest would cost more than the page."""
        return COUNTED if "everything" in self.filters.values else None

    def known_total(self, rows):
        """Everything below an organisation is counted already, unless filters leave something out."""
        if self.filters.values != {"everything": "1"}:
            return None
        return figures([self.current.pk])[self.current.pk].organizations

    def get_template_names(self):
        return ["orgs/_tree.html"] if self.request.htmx.target == "tree" else [self.template_name]

    def get_context_data(self, **kwargs):
        rows = list(self.object_list)
        tree = self.tree(reverse("orgs:list"), also=[row.pk for row in rows])
        for row in rows:
            row.figures = tree.figures[row.pk]
            row.members_url = reverse("members:list", args=[row.pk])
        self.object_list = rows
        return super().get_context_data(
            current=self.current,
            list_query=urlencode({"org": self.current.pk} | self.request.GET.dict()),
            figures=tree.figures[self.current.pk],
            tree=tree,
            leaders=leadership([self.current.pk]).get(self.current.pk),
            term=Term.objects.of(self.current).current().first(),
            tickable="ids" if self.request.role.can(Power.DISSOLVE_ORG) else "",
            nothing="没有符合条件的党组织，可放宽筛选条件。" if self.filters.is_active else "该党组织没有下级党组织。",
            **kwargs,
        )


class ExportList(Scoped, OffersJob, CurrentOrganization, View):
    """导出Excel: the rows the filters leave, at once or as a job."""

    needs = Power.EXPORT_ORGS

    def get(self, request):
        filters = OrganizationFilter(request.GET or None)
        sort = request.GET.get("sort", "")
        rows = organizations_under(self.current, role=request.role, filters=filters, sort=sort)
        count, name = rows.count(), book_name(self.current)
        if count > EXPORT_AT_ONCE:
            return self.offer(count)
        note_export(self.current, file_name=name, rows=count, filters=filters, by=request.role)
        meta = book_meta(self.current, by=request.role)
        book = book_chunks(title="党组织", columns=LIST_COLUMNS, rows=lines(rows), meta=meta)
        return uploads.stream_response(book, name)

    def hand_in(self):
        return start_export(self.current, by=self.request.role, query=self.request.GET)


def _number(text):
    return int(text) if is_number(text, digits=18) else 0
