"""信息完整度 of an organisation: its children, the least complete first; in a branch whose records lack something."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from accounts.powers import Power
from members import todo
from members.models import Member, RuleVersion
from members.services import rescoring
from members.views.listing import InOrganization
from orgs import browsing
from orgs.models import Organization
from partyplatform.ui.columns import Column
from partyplatform.ui.paging import Pager
from partyplatform.ui.views import Scoped, needs

CHILDREN = (
    Column("党组织", "short_name", link="completeness_url", tags="marks"),
    Column("组织类型", "org_type_label", fold=True),
    Column("信息完整度", "figures.percent", kind="percent"),
    Column("待补全（项）", "lacking", kind="number"),
    Column("党员", "figures.members", kind="number", link="members_url", verb="查看"),
)
GAPS = (
    Column("姓名", "name", link="url", tags="tags"),
    Column("信息完整度", "percent", kind="percent"),
    Column("待补全（项）", "count", kind="number"),
    Column("缺少的项目", "labels", cell="members/_gap_items.html"),
)


class Overview(Scoped, InOrganization, TemplateView):
    """信息完整度: from the whole down to the person."""

    needs = Power.VIEW_MEMBERS
    template_name = "members/completeness.html"

    def get_template_names(self):
        return ["orgs/_tree.html"] if self.request.htmx.target == "tree" else [self.template_name]

    def get_context_data(self, **kwargs):
        current, rules = self.organization, RuleVersion.objects.in_force()
        children = [] if current.is_branch else list(self._children())
        tree = _linked(self.tree(also=[child.pk for child in children]), current)
        return super().get_context_data(
            section="信息浏览",
            current=current,
            path=[("首页", reverse("orgs:home")), *((org.short_name, address(org.pk)) for org in self.chain)],
            tree=tree,
            tree_noun="信息完整度",
            figures=tree.figures[current.pk],
            lacking=tree.figures[current.pk].required - tree.figures[current.pk].filled,
            is_scoring=rules.is_scoring,
            scored=rescoring.percent(rules),
            may_edit=self.request.role.can(Power.EDIT_MEMBER),
            **(self._people(rules) if current.is_branch else self._below(children, tree.figures)),
            **kwargs,
        )

    def _children(self):
        rows = Organization.objects.visible_to(self.request.role).itself_and_children(self.organization.pk)
        return rows.exclude(pk=self.organization.pk).living().in_tree_order()

    def _below(self, children, figures):
        """The children, the least complete first; whoever has no members last."""
        for child in children:
            child.figures = figures[child.pk]
            child.lacking = child.figures.required - child.figures.filled
            child.completeness_url = address(child.pk)
            child.members_url = reverse("members:list", args=[child.pk])
        children.sort(key=_least_complete_first)
        pager = Pager(children, self.request.GET)
        return {"columns": CHILDREN, "pager": pager, "rows": pager.rows}

    def _people(self, rules):
        members = Member.objects.visible_to(self.request.role).filter(organization=self.organization)
        found = todo.gaps(members, rules)
        pager = Pager(found, self.request.GET)
        return {
            "columns": GAPS,
            "pager": pager,
            "rows": pager.rows,
            "first": found[0] if found else None,
            "most_missing": todo.most_missing(found),
        }


@require_safe
@needs(Power.EDIT_MEMBER)
def next_person(request, pk):
    """Lead to the form of whoever comes after a member in the list of the branch, or back to the list at its end."""
    rows = Member.objects.visible_to(request.role).select_related("organization")
    member = get_object_or_404(rows, pk=pk)
    branch = member.organization
    found = todo.gaps(rows.filter(organization=branch), RuleVersion.objects.in_force())
    if gap := todo.next_after(member, found):
        return redirect(gap.url)
    if found:
        messages.info(request, f"已到名单末尾，{branch.short_name}还有 {len(found)} 名党员的信息待补全")
    else:
        messages.success(request, f"{branch.short_name}全部党员的信息已完整")
    return redirect(address(branch.pk))


def address(pk):
    return reverse("members:completeness", args=[pk])


def _least_complete_first(child):
    percent = child.figures.percent
    return (percent is None, percent, -child.lacking)


def _linked(tree, current):
    """Let the nodes lead to the same page of each organisation, and show how complete it is."""
    browsing.link(tree, base=address(current.pk))
    for node in tree.nodes.values():
        node.url = node.rest_url = address(node.pk)
        percent = tree.figures[node.pk].percent
        node.count = "-" if percent is None else f"{percent}%"
    return tree
