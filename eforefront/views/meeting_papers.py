"""What leaves the platform: the list as a workbook, the minutes book, the own calendar. Source: screens.md 3.3."""

import datetime
from collections import defaultdict

from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import View

from accounts.powers import Power
from eforefront import ics
from eforefront.forms.activities import ActivityFilter
from eforefront.forms.meetings import MeetingFilter
from eforefront.gatherings import PRESENT, Kind
from eforefront.meeting_lists import (
    ACTIVITIES,
    COLUMNS,
    EXPORT_AT_ONCE,
    KIND,
    TITLES,
    book_meta,
    book_name,
    exported,
    start_export,
)
from eforefront.models import Attendance, Gathering, Vote
from eforefront.views.meeting_statistics import OfOrganization
from orgs.services import exporting
from partyplatform import uploads
from partyplatform.excel import book_chunks
from partyplatform.jobs.offers import OffersJob
from partyplatform.pdf import PdfUnavailable, pdf_from
from partyplatform.ui.forms import FilterForm, TypedDate
from partyplatform.ui.views import Scoped, needs

LEAVES = 120  # meetings in one book
STYLE = "css/record.css"
KEPT_DAYS = 92  # of the past that stand in the own calendar


class ExportMeetings(Scoped, OffersJob, View):
    """导出Excel: what the filters leave, at once or as a job."""

    needs = Power.VIEW_GATHERINGS
    kind, filter_class = KIND, MeetingFilter

    def get(self, request):
        role, filters = request.role, self.filter_class(request.GET or None)
        rows = exported(role, filters)
        count, name = rows.count(), book_name(self.kind, role)
        if count > EXPORT_AT_ONCE:
            return self.offer(count)
        exporting.note(
            role.organization,
            action="eforefront.export_gatherings",
            file_name=name,
            rows=count,
            filters=filters.described(),
            by=role,
        )
        meta = book_meta(role.organization, by=role)
        return uploads.stream_response(
            book_chunks(title=TITLES[self.kind], columns=COLUMNS, rows=rows.iterator(chunk_size=2000), meta=meta), name
        )

    def hand_in(self):
        return start_export(self.kind, by=self.request.role, query=self.request.GET)


class ExportActivities(ExportMeetings):
    """The same of 支部活动."""

    kind, filter_class = ACTIVITIES, ActivityFilter


class PeriodForm(FilterForm):
    since = TypedDate(label="日期从")
    until = TypedDate(label="日期至")


class MinutesBook(OfOrganization, Scoped, View):
    """The records of one organisation and period, for the printer."""

    needs = Power.VIEW_GATHERINGS

    def get(self, request):
        return self.page()

    def paper(self):
        form, today = PeriodForm(self.request.GET or None), timezone.localdate()
        since = form.values.get("since", datetime.date(today.year, 1, 1))
        until = max(since, min(form.values.get("until", today), datetime.date(9000, 1, 1)))
        return self._written(since, until) | {"form": PeriodForm({"since": since, "until": until})}

    def _written(self, since, until):
        rows = Gathering.objects.of(self.organization).of_kind(Kind.MEETING).held()
        rows = rows.between(_midnight(since), _midnight(until + datetime.timedelta(days=1))).order_by("begins_at", "pk")
        meetings = list(rows[: LEAVES + 1])
        role = self.request.role
        return {
            "organization": self.organization,
            "since": since,
            "until": until,
            "entries": _entries(meetings[:LEAVES]),
            "is_cut": len(meetings) > LEAVES,
            "printed_by": f"{role.user_name}（{role.label}）",
            "printed_on": timezone.localdate(),
            "pdf": self.address("minutes_pdf", since=since, until=until),
        }

    def page(self, *, status=200, **more):
        return render(self.request, "eforefront/meetings/book.html", self.paper() | more | MENU, status=status)


MENU = {"section": "组织生活"}


class MinutesPdf(MinutesBook):
    """The same as a PDF; the page again where none can be made."""

    def get(self, request):
        paper = self.paper()
        try:
            document = pdf_from(render_to_string("eforefront/meetings/book_document.html", paper), style=STYLE)
        except PdfUnavailable:
            return self.page(status=503, has_no_pdf=True)
        name = f"会议记录簿_{self.organization.short_name}_{paper['since']:%Y%m%d}-{paper['until']:%Y%m%d}.pdf"
        told = f"{paper['since']} 至 {paper['until']}"
        exporting.note(
            self.organization,
            action="eforefront.export_gatherings",
            file_name=name,
            rows=len(paper["entries"]),
            filters=told,
            by=request.role,
        )
        return uploads.content_response(document, name, content_type="application/pdf")


@require_safe
@needs(Power.VIEW_OWN_RECORD)
def own_calendar(request):
    """The own meetings and activities as an iCalendar file: those to come and those of the last three months."""
    since = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    rows = Gathering.objects.concerning(request.role).filter(begins_at__gte=since).order_by("begins_at", "pk")
    text = ics.calendar(rows, name=f"{request.role.user_name}的组织生活")
    return uploads.content_response(text.encode(), "组织生活.ics", content_type="text/calendar; charset=utf-8")


def _entries(meetings):
    """[{meeting, present, absent, votes}] in two statements."""
    present, absent, votes = defaultdict(list), defaultdict(list), defaultdict(list)
    rows = Attendance.objects.in_gatherings(meetings).due()
    for row in rows:
        if row.state in PRESENT:
            present[row.gathering_id].append(row.member.name + ("（迟到）" if row.state == "3" else ""))
        else:
            absent[row.gathering_id].append(f"{row.member.name}（{row.shown_state}）")
    for vote in Vote.objects.in_gatherings(meetings):
        votes[vote.gathering_id].append(vote)
    return [
        {"meeting": each, "present": present[each.pk], "absent": absent[each.pk], "votes": votes[each.pk]}
        for each in meetings
    ]


def _midnight(day):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
