"""The first page of 党员E先锋. Source: screens.md 3.1."""

from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront import home
from members import reminders
from orgs.reminders import counts
from partyplatform.ui.views import Scoped


class Home(Scoped, TemplateView):
    needs = Power.USE_PORTAL
    template_name = "eforefront/home.html"

    def get_context_data(self, **kwargs):
        role, today = self.request.role, timezone.localdate()
        return super().get_context_data(head=home.head(role), reminders=self._reminders(role, today), **kwargs)

    def _reminders(self, role, today):
        """(label, hint, count, address) of everything that falls due in reach; nothing for a plain member."""
        if not role.can(Power.VIEW_MEMBERS):
            return []
        counted, base = counts(**reminders.rows_by_name(role, today)), reverse("eforefront:reminders")
        return [line for mine in (True, False) for line in reminders.summary(role, counted, base=base, mine=mine)]
