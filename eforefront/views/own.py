"""社区报到 and 分数 of the reader's own. Source: screens.md 3.8, 3.10."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from accounts.powers import Power
from eforefront.models import CommunityService
from eforefront.services import registrations as services
from eforefront.views import registrations, scores
from eforefront.views.switches import switched
from members.models import Member
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.views import needs


class Own:
    """The member is the reader; without a record of one's own there is nothing."""

    needs = Power.VIEW_OWN_RECORD
    extra_context = {"section": "我的信息"}
    list_url = ""

    @cached_property
    def member(self):
        return get_object_or_404(Member.objects.own(self.request.role).select_related("organization"))


class OwnPage(Own):
    """An entry of the menu: whoever has no record of their own is led to the page that says so."""

    def get(self, request, *args, **kwargs):
        try:
            self.member  # noqa: B018 (raises Http404)
        except Http404:
            return redirect("own:record")
        return super().get(request, *args, **kwargs)


class OwnRegistration(Own):
    @property
    def address(self):
        return reverse("eforefront:own_registration")


class Registration(OwnPage, OwnRegistration, registrations.OneMember):
    def urls(self, present):
        pk = present.pk if present else 0
        return {
            "register": reverse("eforefront:own_register"),
            "end": reverse("eforefront:own_end_registration", args=[pk]),
            "propose": reverse("eforefront:own_propose_service", args=[pk]),
            "withdraw": "eforefront:own_withdraw_service",
        }


class Register(OwnRegistration, registrations.Register):
    pass


class End(OwnRegistration, registrations.End):
    pass


class Propose(OwnRegistration, registrations.Propose):
    pass


@require_POST
@switched(registrations.SWITCH)
@needs(Power.VIEW_OWN_RECORD)
@once_only
def withdraw(request, pk):
    """Take back an own service nobody has decided yet."""
    found = get_object_or_404(CommunityService.objects.own(request.role).select_related("member"), pk=pk)
    services.withdraw(found, by=request.role, version=found.version)
    messages.success(request, f"已撤回服务“{found.project}”")
    return redirect("eforefront:own_registration")


class Scores(OwnPage, scores.Ledger):
    columns = scores.ENTRIES

    @property
    def address(self):
        return reverse("eforefront:own_scores")
