"""组织生活 by month: the calendar, the year of a branch, the statement of those above. Source: screens.md 3.3."""

import calendar
import datetime
from collections import Counter, defaultdict

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from accounts.powers import Power
from eforefront import frequency
from eforefront.frequency_statement import TABS, statement
from eforefront.gatherings import Kind
from eforefront.meeting_lists import book_meta, reaches_many
from eforefront.models import Gathering
from orgs.dates import add_months
from orgs.models import Organization
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.ui.columns import Column
from partyplatform.ui.paging import Pager
from partyplatform.ui.views import Scoped

WEEK = "一二三四五六日"
TOLD = 60  # meetings of a month that are named in the calendar; of more only their number
EXPORTED = 20_000


class OfOrganization:
    """The organisation the page is about: the role's own, or `org` of the address in its reach."""

    @cached_property
    def organization(self):
        role, asked = self.request.role, self.request.GET.get("org", "")
        if not asked:
            return role.organization
        if not (asked.isascii() and asked.isdigit() and len(asked) < 12):
            raise Http404
        found = Organization.objects.visible_to(role).filter(pk=int(asked)).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def month(self):
        return frequency.shown_month(self.request.GET.get("month"), today=timezone.localdate())

    def address(self, name, **query):
        own = {} if self.organization.pk == self.request.role.organization_id else {"org": self.organization.pk}
        return reverse(f"eforefront:{name}", query={**own, **query})


class Calendar(OfOrganization, Scoped, TemplateView):
    """One month: the meetings of each day, of many only how many."""

    needs = Power.VIEW_GATHERINGS
    template_name = "eforefront/meetings/calendar.html"
    extra_context = {"section": "组织生活"}

    def get_context_data(self, **kwargs):
        first, end = self.month, add_months(self.month, 1)
        rows = self._rows(first, end)
        found = list(rows.listed().order_by("begins_at", "pk")[: TOLD + 1])
        is_named = len(found) <= TOLD
        by_day = defaultdict(list)
        for row in found if is_named else ():
            by_day[timezone.localdate(row.begins_at)].append(row)
        counts = (
            Counter()
            if is_named
            else Counter(timezone.localdate(at) for at in rows.values_list("begins_at", flat=True))
        )
        return super().get_context_data(
            month=first,
            weeks=WEEK,
            days=[self._day(day, first, by_day, counts) for day in _days(first)],
            total=sum(counts.values()) or len(found),
            before=self.address("meeting_calendar", month=f"{add_months(first, -1):%Y-%m}"),
            after=self.address("meeting_calendar", month=f"{end:%Y-%m}"),
            organization=self.organization,
            **kwargs,
        )

    def _rows(self, first, end):
        role = self.request.role
        rows = Gathering.objects.visible_to(role, many=reaches_many(role)).of_kind(Kind.MEETING)
        if self.organization.pk != role.organization_id:
            rows = rows.filter(
                organization__in=Organization.objects.within(self.organization.pk).order_by().values("pk")
            )
        return rows.between(_midnight(first), _midnight(end))

    def _day(self, day, first, by_day, counts):
        url = reverse("eforefront:meetings", query={"since": day, "until": day}) if counts[day] else ""
        return {
            "day": day,
            "is_other": day.month != first.month,
            "is_today": day == timezone.localdate(),
            "rows": by_day[day],
            "count": counts[day],
            "url": url,
        }


class Frequency(OfOrganization, Scoped, TemplateView):
    """Required frequencies: the year of a branch, or of each organisation below how many branches have done theirs."""

    needs = Power.VIEW_GATHERINGS
    extra_context = {"section": "组织生活"}

    @property
    def is_branch(self):
        return self.organization.is_branch

    def get_template_names(self):
        return [f"eforefront/meetings/{'year' if self.is_branch else 'statement'}.html"]

    @property
    def tab(self):
        return "year" if self.request.GET.get("per") == "year" else "month"

    @cached_property
    def pager(self):
        return Pager(self._children(), self.request.GET)

    def _children(self):
        rows = Organization.objects.visible_to(self.request.role).living()
        return rows.filter(parent=self.organization.pk).in_tree_order()

    def get_context_data(self, **kwargs):
        more = self._year() if self.is_branch else self._statement()
        return super().get_context_data(organization=self.organization, month=self.month, **more, **kwargs)

    def _year(self):
        year, today = self.month.year, timezone.localdate()
        lines = frequency.year_of(self.organization, year, today=today)
        return {
            "year": year,
            "lines": lines,
            "months": range(1, 13),
            "owes": frequency.owes(self.organization),
            "missing": sum(cell.tone == "missing" for line in lines for cell in line.cells),
            "before": self.address("meeting_frequency", month=f"{year - 1}-12"),
            "after": self.address("meeting_frequency", month=f"{year + 1}-01") if year < today.year else "",
            "book": self.address("minutes_book", since=f"{year}-01-01", until=f"{year}-12-31"),
        }

    def _statement(self):
        rows = self.pager.rows
        return {
            "pager": self.pager,
            "columns": columns(self.tab),
            "rows": lines(self.organization, rows, role=self.request.role, tab=self.tab, day=self.month),
            "tab": self.tab,
            "requirements": [frequency.BY_TYPE[code] for code in TABS[self.tab]],
            "before": self.address("meeting_frequency", month=f"{add_months(self.month, -1):%Y-%m}", per=self.tab),
            "after": self.address("meeting_frequency", month=f"{add_months(self.month, 1):%Y-%m}", per=self.tab),
            "other": self.address(
                "meeting_frequency", month=f"{self.month:%Y-%m}", per="month" if self.tab == "year" else "year"
            ),
            "export": self.address("export_frequency", month=f"{self.month:%Y-%m}", per=self.tab),
        }


class ExportFrequency(Frequency, View):
    """The statement as a workbook: the same rows and figures."""

    def get(self, request, *args, **kwargs):
        role, organization = request.role, self.organization
        rows = list(self._children()[:EXPORTED]) or [organization]
        name = f"组织生活频次_{organization.short_name}_{self.month:%Y%m}.xlsx"
        told = f"{self.month:%Y-%m}，{'按年' if self.tab == 'year' else '按月、季'}"
        exporting.note(
            organization, action="eforefront.export_gatherings", file_name=name, rows=len(rows), filters=told, by=role
        )
        found = lines(organization, rows, role=role, tab=self.tab, day=self.month)
        meta = book_meta(organization, by=role) | {"期间": told}
        return uploads.stream_response(
            book_chunks(title="组织生活频次", columns=columns(self.tab), rows=found, meta=meta), name
        )


def columns(tab):
    """The organisation, and a column for each type: branches that have done it / branches that owe it."""
    types = [Column(frequency.BY_TYPE[code].label, f"shares.{code}.tag", width=16, kind="tag") for code in TABS[tab]]
    return (Column("党组织", "name", width=36, link="url"), Column("党组织编码", "code", width=16, kind="code"), *types)


def lines(root, rows, *, role, tab, day):
    """Return what each organisation's line shows."""
    shares = statement(root, rows, role=role, tab=tab, day=day)
    return [
        {
            "name": row.short_name,
            "code": row.code,
            "url": reverse("eforefront:meeting_frequency", query={"org": row.pk, "month": f"{day:%Y-%m}", "per": tab}),
            "shares": shares[row.pk],
        }
        for row in rows
    ]


def _days(first):
    """Every day of the weeks a month lies in."""
    return list(calendar.Calendar().itermonthdates(first.year, first.month))


def _midnight(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
