"""流动党员 pay at the place of stay: found by name and 流动证号, then registered as others are. Source: 党费规定 9."""

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.powers import Power
from accounts.throttle import Counter
from eforefront.forms.dues import GuestForm
from eforefront.querysets import dues as reads
from eforefront.views.dues import SECTION
from eforefront.views.dues_paying import Register
from members.models import Member
from orgs.models import Organization
from partyplatform.crypto import blind_index
from partyplatform.ui.views import FormPage, Scoped, get_visible

SALT = "eforefront.dues_guest"
KEPT = 3600  # seconds for which a member who was found may be registered
SEARCHES = 30  # of one person within the window that tries to log in are counted in


class OwnBranch(Scoped):
    """A page of the branch that collects; others have no guests."""

    needs = Power.KEEP_DUES
    extra_context = SECTION

    @cached_property
    def branch(self):
        return get_visible(Organization, self.request.role, pk=self.request.role.organization_id)


class FindGuest(OwnBranch, FormPage):
    """Name and 流动证号 of somebody whose 组织关系 is elsewhere; what is found is named in the next page only."""

    form_class = GuestForm
    template_name = "eforefront/dues/guest.html"

    def post(self, request, *args, **kwargs):
        tries = Counter(blind_index(str(request.role.user_uid), column="flow certificates"), SEARCHES)
        if tries.count().is_locked:
            messages.error(request, "查询过于频繁，请稍后再试")
            return redirect("eforefront:find_dues_guest")
        return super().post(request, *args, **kwargs)

    def act(self, form):
        found = reads.guest_of(self.branch, **form.cleaned_data)
        if found is None:
            raise ValidationError({"certificate": "没有找到持有该流动证的其他党支部党员，请核对姓名和流动证号"})
        return found

    def location(self, result):
        role = self.request.role
        token = signing.dumps([result.pk, role.organization_id, str(role.user_uid)], salt=SALT)
        return reverse("eforefront:register_guest_dues", query={"guest": token})

    def get_context_data(self, **kwargs):
        return super().get_context_data(branch=self.branch, **kwargs)


class RegisterGuest(OwnBranch, Register):
    """登记缴纳 of the member who was found; the months are those of the branch of 组织关系."""

    is_guest = True

    @cached_property
    def members(self):
        role = self.request.role
        try:
            pk, *whose = signing.loads(self.request.GET.get("guest", ""), salt=SALT, max_age=KEPT)
        except signing.BadSignature:
            raise Http404 from None
        if whose != [role.organization_id, str(role.user_uid)] or not reads.pays_elsewhere(pk):
            raise Http404
        return [Member.objects.select_related("organization").get(pk=pk)]

    @property
    def kept(self):
        return [("guest", self.request.GET["guest"])]
