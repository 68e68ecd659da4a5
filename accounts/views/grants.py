"""权限配置 → 授权总览: every grant of both systems in reach, its export, and who is in charge of one organisation."""

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView, View

from accounts.exports import GRANT_COLUMNS, book_meta, book_name, grants_at
from accounts.forms import GrantFilter
from accounts.jobs import start_export
from accounts.models import RoleGrant
from accounts.oversight import in_charge
from accounts.powers import Power
from orgs.models import Organization
from orgs.picking import number, pick, way
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.jobs.offers import OffersJob
from partyplatform.ui import searches
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped

COUNTED = 1000  # grants counted exactly; more are "1000+"
EXPORT_AT_ONCE = 2000  # rows; more becomes a job with progress


class GrantList(Scoped, ListPage):
    model = RoleGrant
    needs = Power.VIEW_GRANTS
    columns = GRANT_COLUMNS
    filter_class = GrantFilter
    count_cap = COUNTED
    template_name = "accounts/grants/list.html"

    @cached_property
    def picked(self):
        try:
            return pick(self.request.role, self.request.GET, base=reverse("accounts:grants"))
        except Organization.DoesNotExist:
            raise Http404 from None

    def chosen(self):
        return grants_at(self.picked.current, role=self.request.role, filters=self.filters)

    def get_template_names(self):
        return ["orgs/_tree.html"] if self.request.htmx.target == "tree" else [self.template_name]

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            current=self.picked.current,
            tree=self.picked.tree,
            nothing="没有符合条件的授权，可放宽筛选条件。" if self.filters.is_active else "这里还没有有效的授权。",
            **kwargs,
        )


class ExportGrants(Scoped, OffersJob, View):
    """导出Excel: the rows the filters leave, at once or as a job."""

    needs = Power.VIEW_GRANTS

    @cached_property
    def organization(self):
        return _asked(self.request)

    def get(self, request):
        filters = GrantFilter(searches.query_of(request) or None)
        rows = grants_at(self.organization, role=request.role, filters=filters)
        count, name = rows.count(), book_name(self.organization)
        if count > EXPORT_AT_ONCE:
            return self.offer(count)
        exporting.note(
            self.organization,
            action="accounts.export_grants",
            file_name=name,
            rows=count,
            filters=filters.described(),
            by=request.role,
        )
        meta = book_meta(self.organization, by=request.role)
        book = book_chunks(title="授权", columns=GRANT_COLUMNS, rows=rows.iterator(chunk_size=2000), meta=meta)
        return uploads.stream_response(book, name)

    def hand_in(self):
        return start_export(self.organization, by=self.request.role, query=searches.query_of(self.request))


class InCharge(Scoped, DetailView):
    """谁可以查看和管理本组织: level by level, from the top of the tree down to the organisation itself."""

    model = Organization
    needs = Power.VIEW_GRANTS
    template_name = "accounts/grants/in_charge.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            organization=self.object, levels=in_charge(self.object, role=self.request.role), **kwargs
        )


def _asked(request):
    """Return the organisation `org` names, the role's own without it; 404 when it is out of reach."""
    try:
        asked = request.GET.get("org", "")
        return way(request.role, number(asked) if asked else request.role.organization_id)[-1]
    except Organization.DoesNotExist:
        raise Http404 from None
