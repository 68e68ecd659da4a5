"""党员信息. Source: screens.md 3.2."""

from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront.forms.members import PortalMemberFilter
from eforefront.models import Registration, ScoreYear
from members import printing
from members.models import Member
from members.services.duties import roles
from members.services.posts import duties
from orgs.models import Organization
from orgs.picking import number, pick
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped, get_visible

MEMBER_COLUMNS = (
    Column("操作", "name", cell="eforefront/_member_actions.html", acts=True),
    Column("姓名", "name"),
    Column("所属组织", "organization.short_name"),
    Column("党员类别", "category_label", fit=True),
    Column("党内职务", "duties"),
    Column("分数", "points", kind="number", cell="eforefront/_points.html"),
    Column("角色", "roles"),
    Column("社区报到", "is_registered", kind="tag", cell="eforefront/_registered.html"),
)


class InReach:
    """The member of the address, who is in reach, and the list that led here."""

    longest_query = 300

    @cached_property
    def member(self):
        rows = Member.objects.visible_to(self.request.role, few=True).select_related("organization")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def listed(self):
        """The query of the list that led here: page, and the number of the search (ui.searches)."""
        return self.request.GET.get("list", "")[: self.longest_query]

    @property
    def list_url(self):
        address = reverse("eforefront:members")
        return f"{address}?{self.listed}" if self.listed else address

    def get_context_data(self, **kwargs):
        return super().get_context_data(member=self.member, listed=self.listed, list_url=self.list_url, **kwargs)


class Members(Scoped, ListPage):
    """Active members of the role's organisation and below: those the figures of the first page count."""

    model = Member
    needs = Power.VIEW_MEMBERS
    columns = MEMBER_COLUMNS
    filter_class = PortalMemberFilter
    count_cap = 1000
    template_name = "eforefront/members.html"

    @cached_property
    def place(self):
        """The organisation chosen in the tree, None for the whole reach; 404 for one out of reach."""
        asked = self.request.GET.get("org", "")
        return get_visible(Organization, self.request.role, pk=number(asked)) if asked else None

    def chosen(self):
        under = self.place.pk if self.place else None
        return self.filters.members(self.request.role, under=under).active().listed()

    def get_context_data(self, **kwargs):
        ids = [row.pk for row in self.object_list]
        self.object_list = with_standing(Member.objects).in_order(ids)
        held, acting = duties(ids), roles(ids, by=self.request.role)
        for row in self.object_list:
            row.duties, row.roles = held.get(row.pk, ""), acting.get(row.pk, "党员")
        return super().get_context_data(
            listed=self.request.GET.urlencode(),
            listed_query=_way_back(self.request.GET.urlencode()),
            place=self.place,
            nothing="没有符合条件的党员，可放宽筛选条件。"
            if self.filters.is_active or self.place
            else "该党组织还没有党员。",
            scores=settings.MEMBER_SCORES,
            registrations=settings.COMMUNITY_REGISTRATION,
            **kwargs,
        )


def _way_back(listed):
    return f"?{urlencode({'list': listed})}" if listed else ""


def with_standing(members):
    """Let members carry `points` of this year and `is_registered`: looked up for the rows of the page only."""
    year = ScoreYear.objects.of(OuterRef("pk")).in_year(timezone.localdate().year)
    registered = Exists(Registration.objects.open().filter(member=OuterRef("pk")))
    return members.annotate(points=Subquery(year.values("points")), is_registered=registered)


class ChooseOrganization(Scoped, TemplateView):
    """选择组织机构: the tree; what is chosen narrows the list that led here."""

    needs = Power.VIEW_MEMBERS
    template_name = "eforefront/choose_organization.html"

    @cached_property
    def picked(self):
        listed = self.request.GET.get("list", "")[: InReach.longest_query]
        base = reverse("eforefront:choose_organization", query={"list": listed} if listed else None)
        try:
            return pick(self.request.role, self.request.GET, base=base)
        except Organization.DoesNotExist:
            raise Http404 from None

    def get_template_names(self):
        return ["orgs/_tree.html"] if self.request.htmx.target == "tree" else [self.template_name]

    def get_context_data(self, **kwargs):
        listed = self.request.GET.get("list", "")[: InReach.longest_query]
        kept = [(name, value) for name, value in parse_qsl(listed) if name not in {"org", "page"}]
        back = reverse("eforefront:members")
        return super().get_context_data(
            current=self.picked.current,
            tree=self.picked.tree,
            listed=listed,
            kept=kept,
            back=f"{back}?{listed}" if listed else back,
            **kwargs,
        )


class Record(InReach, Scoped, TemplateView):
    """党员档案: the record as it is printed, to be read; secret items masked as everywhere."""

    needs = Power.VIEW_MEMBERS
    template_name = "eforefront/record.html"

    def get_context_data(self, **kwargs):
        member = self.member
        return super().get_context_data(
            parts=[_shown(part) for part in self._parts(member)],
            scores=settings.MEMBER_SCORES,
            registrations=settings.COMMUNITY_REGISTRATION,
            **kwargs,
        )

    def _parts(self, member):
        yield printing.collected(member, in_full=False)
        yield printing.further(member)
        yield from printing.sections(member, in_full=False, today=timezone.localdate())


def _shown(part):
    """What the template draws of a part: pairs of a grid, or heads with rows of (head, cell)."""
    if isinstance(part, printing.Grid):
        return {"title": part.title, "facts": [pair for line in part.lines for pair in line]}
    cells = [list(zip(part.heads, row, strict=True)) for row in part.rows]
    return {"title": part.title, "heads": part.heads, "cells": cells}
