"""收缴登记: the way in, the grid of a branch, and what every page about a branch's dues begins with.

Source: screens.md 3.7.
"""

from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import View

from accounts.powers import Power
from eforefront.dues_grid import columns_of, grid
from eforefront.forms.dues import GridFilter
from eforefront.models import DuesTotal
from eforefront.querysets import dues as reads
from orgs.models import Organization
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped, get_visible

SECTION = {"section": "党费收缴"}


class Dues(Scoped, View):
    """党费收缴: a branch's own grid, the sums of those above."""

    needs = Power.VIEW_DUES

    def get(self, request):
        organization = request.role.organization
        if organization.is_branch:
            return redirect("eforefront:dues_grid", organization.pk)
        return redirect("eforefront:dues_sums")


class OfBranch(Scoped):
    """A page about the dues of one branch in reach."""

    needs = Power.VIEW_DUES
    extra_context = SECTION

    @cached_property
    def branch(self):
        found = get_visible(Organization, self.request.role, pk=self.kwargs["pk"])
        if not found.is_branch:
            raise Http404
        return found

    @property
    def is_kept(self):
        """Whether the role keeps these dues: its own branch's, which collects some."""
        own = self.branch.pk == self.request.role.organization_id and self.request.role.can(Power.KEEP_DUES)
        return own and self.branch.holds_members and self.branch.is_living


class Grid(OfBranch, ListPage):
    """Members × months of a year."""

    filter_class = GridFilter
    template_name = "eforefront/dues/grid.html"

    @property
    def columns(self):
        return columns_of(self.filters.chosen_year, timezone.localdate())

    def chosen(self):
        rows = reads.people_of(self.branch.pk, self.filters.chosen_year)
        match self.filters.values.get("show"):
            case "owing":
                return rows.filter(pk__in=reads.owing_in(self.branch.pk, timezone.localdate()))
            case "month":
                return rows.filter(pk__in=reads.owing_for(self.branch.pk, timezone.localdate()))
            case "none":
                return rows.filter(pk__in=reads.without_standard(self.branch.pk).order_by().values("pk"))
        return rows

    def get_context_data(self, **kwargs):
        year, today = self.filters.chosen_year, timezone.localdate()
        self.object_list = grid(list(self.object_list), self.branch.pk, year, today)
        sums = DuesTotal.objects.of(self.branch).of_months(year, (0,)).summed()
        return super().get_context_data(
            branch=self.branch,
            year=year,
            sums=sums | {"owed_fen": sums["due_fen"] - sums["paid_fen"]},
            is_kept=self.is_kept,
            select="ids" if self.is_kept else "",
            this_month=f"{today:%Y-%m}",
            **kwargs,
        )
