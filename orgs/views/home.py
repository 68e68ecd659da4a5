"""首页 of 党内信息管理系统: what waits, what falls due, and the figures of the organisation. Source: screens.md 2.1."""

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.expiring import ending_for
from accounts.powers import Power
from accounts.services import reviews
from eforefront import info_charts
from members import reminders as member_reminders
from members import reviewing
from members.models import ExportRequest, Member
from orgs import reminders
from orgs.figures import figures
from orgs.forms.filters import ATTENTION
from orgs.models import Organization
from partyplatform.audit.models import Alarm
from partyplatform.ui.views import Scoped

SHOWN = 6


class Home(Scoped, TemplateView):
    needs = Power.USE_INFO
    template_name = "orgs/home.html"

    def get(self, request, *args, **kwargs):
        if not request.role.can(Power.VIEW_ORGS):  # an auditor, whose first page is the audit
            return redirect("audit:records")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        role, today = self.request.role, timezone.localdate()
        organization = role.organization
        numbers = figures([organization.pk])[organization.pk]
        terms = list(reminders.ending_terms(role, today, reach=numbers.organizations)[:SHOWN])
        counts = self._counts(role, today)
        return super().get_context_data(
            organization=organization,
            figures=numbers,
            months=settings.RENEWAL_REMINDER_MONTHS,
            terms=[(term, reminders.left(term, today)) for term in terms],
            changes=reminders.parent_changes_to_decide(role)[:SHOWN] if role.can(Power.DECIDE_PARENT_CHANGE) else (),
            renewals=reminders.renewals_to_decide(role)[:SHOWN] if role.can(Power.DECIDE_RENEWAL) else (),
            alarms=self._alarms(role),
            reviews=counts.get("reviews"),
            matters=sum(count.number for name, count in counts.items() if name.startswith("matters")),
            gaps=counts.get("gaps"),
            exports=counts.get("exports"),
            certificates=ending_for(role)[:SHOWN],
            attention=self._attention(counts, organization),
            own_reminders=self._reminders(counts, mine=True),
            other_reminders=self._reminders(counts, mine=False),
            entry_day=member_reminders.entry_day(role, today),
            moves=info_charts.moves(counts),
            charts=info_charts.charts(role, today, counts),
            **kwargs,
        )

    def _reminders(self, counts, *, mine):
        return member_reminders.summary(self.request.role, counts, base=reverse("members:reminders"), mine=mine)

    def _alarms(self, role):
        if not role.can(Power.HANDLE_ALARMS):
            return ()
        return Alarm.objects.open().addressed_to(role).select_related("record").order_by("-last_at")[:SHOWN]

    def _counts(self, role, today):
        """How many branches need a look, how many grants wait for their yearly review, what falls due for members."""
        everything = Organization.objects.visible_to(role)
        rows = {name: rows(everything) for name, rows in ATTENTION.items()}
        if role.organization.is_branch:
            rows["gaps"] = Member.objects.visible_to(role).incomplete()
        if role.can(Power.REVIEW_GRANTS):
            rows["reviews"] = reviews.due(role, today=today)
        rows |= {f"matters{number}": waiting for number, waiting in enumerate(reviewing.awaiting(role))}
        if role.can(Power.DECIDE_EXPORTS):
            rows["exports"] = ExportRequest.objects.decidable_by(role)
        rows |= member_reminders.rows_by_name(role, today) | info_charts.rows(role, today)
        return reminders.counts(**rows)

    def _attention(self, counts, organization):
        """(sentence, count, address) of the branches that need a look."""
        base = f"{reverse('orgs:list')}?org={organization.pk}&everything=1"
        return [
            ("党员信息完整度未达 100% 的党支部", counts["incomplete"], f"{base}&state=incomplete"),
            ("正式党员不足 3 人的党支部", counts["thin"], f"{base}&state=thin"),
            ("党员超过 50 人的党支部", counts["crowded"], f"{base}&state=crowded"),
        ]
