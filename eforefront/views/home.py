"""The first page of 党员E先锋. Source: screens.md 3.1."""

from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView

from accounts.codes import RoleKind
from accounts.powers import Power
from eforefront import dues_cards, home, tiles
from partyplatform.ui.views import Scoped


class Home(Scoped, TemplateView):
    needs = Power.USE_PORTAL

    def dispatch(self, request, *args, **kwargs):
        """Whoever applies has no more than the page of the own development."""
        if request.role is not None and request.role.kind == RoleKind.APPLICANT:
            return redirect("eforefront:own_development")
        return super().dispatch(request, *args, **kwargs)

    @property
    def is_admin(self):
        return self.request.role.can(Power.VIEW_MEMBERS)

    def get_template_names(self):
        return ["eforefront/home.html" if self.is_admin else "eforefront/own_home.html"]

    def get_context_data(self, **kwargs):
        role, now = self.request.role, timezone.now()
        day, head, ways = timezone.localdate(now), home.head(role), tiles.tiles_for(role)
        found = home.counted(role, ways, day)
        more = _of_admin(role, head, found, day) if self.is_admin else {"own": home.own(role, day)}
        return super().get_context_data(
            head=head,
            tiles=tiles.shown(ways, tiles.Told(role, day, found, head.figures)),
            todos=home.todos(role, found),
            notices=home.notices(role),
            agenda=home.agenda(role, now),
            **more,
            **kwargs,
        )


def _of_admin(role, head, found, day):
    return {"charts": home.charts(role, head, found, day), "dues": dues_cards.collection(role, day)}
