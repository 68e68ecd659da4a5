"""信息浏览 → 党员党组织信息: the tree, the list, its export. Source: screens.md 2.2."""

from django.http import StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.views.generic import View

from accounts.powers import Power
from members.services.posts import leadership
from orgs import browsing
from orgs.exports import LIST_COLUMNS, dressed
from orgs.forms.filters import OrganizationFilter
from orgs.jobs import start_export
from orgs.models import Organization, Term
from partyplatform.excel import book_chunks
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped, get_visible

EXPORT_AT_ONCE = 2000  # rows; more becomes a job with progress
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CurrentOrganization:
    """Reads `org` from the address: the organisation the reader looks at, by default the role's own."""

    @cached_property
    def current(self):
        asked = self.request.GET.get("org", "")
        if not asked:
            return self.request.role.organization
        return get_visible(Organization, self.request.role, pk=_number(asked))

    def tree(self, base, *, also=()):
        query = self.request.GET
        top = self.request.role.organization
        if keyword := query.get("q", "").strip()[:50]:
            return browsing.link(browsing.search(top, current=self.current, keyword=keyword), base=base)
        opened = [_number(part) for part in query.get("open", "").split(",")[:50] if part]
        found = browsing.browse(
            top, current=self.current, open_ids=opened, folded=_number(query.get("fold", "0")), also=also
        )
        return browsing.link(found, base=base)


class OrganizationList(Scoped, CurrentOrganization, ListPage):
    model = Organization
    needs = Power.VIEW_ORGS
    columns = LIST_COLUMNS
    filter_class = OrganizationFilter
    template_name = "orgs/list.html"

    def get_queryset(self):
        return rows_under(self.current, self.request.role, self.filters)

    def get_template_names(self):
        return ["orgs/_tree.html"] if self.request.htmx.target == "tree" else [self.template_name]

    def get_context_data(self, **kwargs):
        rows = list(self.object_list)
        tree = self.tree(reverse("orgs:list"), also=[row.pk for row in rows])
        for row in rows:
            row.figures = tree.figures[row.pk]
        self.object_list = rows
        return super().get_context_data(
            current=self.current,
            figures=tree.figures[self.current.pk],
            tree=tree,
            leaders=leadership([self.current.pk]).get(self.current.pk),
            term=Term.objects.filter(organization=self.current, is_current=True).first(),
            tickable="ids" if self.request.role.can(Power.DISSOLVE_ORG) else "",
            nothing="没有符合条件的党组织，可放宽筛选条件。" if self.filters.is_active else "该组织没有下级党组织。",
            **kwargs,
        )


class ExportList(Scoped, CurrentOrganization, View):
    """导出Excel: the rows the filters leave, at once or as a job."""

    needs = Power.EXPORT_ORGS

    def get(self, request):
        filters = OrganizationFilter(request.GET or None)
        rows = filters.narrow(rows_under(self.current, request.role, filters)).select_related("parent")
        if rows.count() > EXPORT_AT_ONCE:
            job = start_export(request.role, self.current, request.GET)
            return redirect("jobs:detail", job.uid)
        return workbook(rows.order_by("tree_id", "lft"), self.current, by=request.role)


def rows_under(current, role, filters):
    """The current organisation and its children, or everything below it when 所有下级 is 是."""
    rows = Organization.objects.visible_to(role)
    if filters is not None and filters.values.get("everything"):
        return rows.within(current.pk).in_tree_order()
    return rows.itself_and_children(current.pk).in_tree_order()


def workbook(rows, current, *, by):
    meta = {"导出人": f"{by.user_name}（{by.label}）", "导出时间": f"{timezone.localtime():%Y-%m-%d %H:%M}"}
    chunks = book_chunks(title="党组织", columns=LIST_COLUMNS, rows=dressed(rows.iterator()), meta=meta)
    response = StreamingHttpResponse(chunks, content_type=WORKBOOK)
    name = f"党组织_{current.short_name}_{timezone.localdate():%Y%m%d}.xlsx"
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _number(text):
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
