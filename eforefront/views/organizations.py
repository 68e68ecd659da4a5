"""党组织: the organisations the figures at the head of the portal count. Source: screens.md 3.1."""

from django import forms

from accounts.powers import Power
from orgs.codes import BRANCHES, COMMITTEES, GENERAL_BRANCHES
from orgs.figures import figures
from orgs.models import Organization
from partyplatform.ui.columns import Column
from partyplatform.ui.forms import CleanText, FilterForm
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped

KINDS = {"committees": ("党委", COMMITTEES), "general": ("党总支", GENERAL_BRANCHES), "branches": ("党支部", BRANCHES)}


class OrganizationFilter(FilterForm):
    called = CleanText(label="组织名称", max_length=50)
    kind = forms.ChoiceField(
        label="组织类型", choices=[("", "全部"), *((slug, label) for slug, (label, _) in KINDS.items())]
    )

    def narrow(self, rows):
        if "kind" in self.values:
            rows = rows.filter(org_type__in=KINDS[self.values["kind"]][1])
        return rows.matching(self.values.get("called", ""))


class Organizations(Scoped, ListPage):
    """The own organisation and everything below it, in the order of the tree."""

    model = Organization
    needs = Power.VIEW_ORGS
    columns = (
        Column("党组织", "short_name", width=36),
        Column("组织类型", "org_type_label"),
        Column("上级党组织", "parent.short_name", width=30, fold=True),
        Column("正式党员", "below.full", kind="number"),
        Column("预备党员", "below.probationary", kind="number"),
    )
    filter_class = OrganizationFilter
    template_name = "eforefront/organizations.html"

    def get_queryset(self):
        return super().get_queryset().living().select_related("parent").in_tree_order()

    def known_total(self, rows):
        """From the standing totals, so that it agrees with the head at any size; None for a search by name."""
        asked = self.filters.values
        if "called" in asked:
            return None
        own = self.request.role.organization_id
        found = figures([own])[own]
        numbers = {"committees": found.committees, "general": found.general_branches, "branches": found.branches}
        return numbers[asked["kind"]] if "kind" in asked else found.organizations

    def get_context_data(self, **kwargs):
        self.object_list = list(self.object_list)
        found = figures([row.pk for row in self.object_list])
        for row in self.object_list:
            row.below = found[row.pk]
        return super().get_context_data(**kwargs)
