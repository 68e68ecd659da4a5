"""The first page of 党员E先锋. Source: screens.md 3.1."""

from django.views.generic import TemplateView

from accounts.powers import Power
from eforefront import home
from partyplatform.ui.views import Scoped


class Home(Scoped, TemplateView):
    needs = Power.USE_PORTAL
    template_name = "eforefront/home.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(head=home.head(self.request.role), **kwargs)
