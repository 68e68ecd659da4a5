"""密码重置 of ticked members: a page says for whom it is done and for whom not. Source: screens.md 3.2."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.powers import Power
from eforefront.forms.resetting import ResetForm
from eforefront.services import resetting
from members.models import Member
from partyplatform.ui.texts import is_number
from partyplatform.ui.views import FormPage

MOST = 200


class ResetPasswords(FormPage):
    needs = Power.RESET_PASSWORDS
    proof = True
    form_class = ResetForm
    template_name = "eforefront/reset_passwords.html"

    def get(self, request, *args, **kwargs):
        if not request.GET.getlist("ids"):
            messages.error(request, "请先勾选要重置密码的党员")
            return HttpResponseRedirect(resolve_url("eforefront:members"))
        return super().get(request, *args, **kwargs)

    @cached_property
    def chosen(self):
        """The ticked members; one out of reach spoils the whole choice (security.md 34)."""
        sent = (self.request.POST if self.request.method == "POST" else self.request.GET).getlist("ids")
        wanted = {int(pk) for pk in sent if is_number(pk, digits=18)}
        if len(wanted) != len(set(sent)) or not 0 < len(wanted) <= MOST:
            raise Http404
        rows = Member.objects.visible_to(self.request.role, few=True).active().filter(pk__in=wanted)
        found = list(rows.select_related("organization").order_by("organization__lft", "name", "pk"))
        if len(found) != len(wanted):
            raise Http404
        return found

    def act(self, form):
        return resetting.reset(self.chosen, by=self.request.role, reason=form.cleaned_data["reason"])

    def location(self, result):
        messages.success(self.request, f"已重置 {len(self.chosen)} 名党员的密码")
        return reverse("accounts:handover", args=[result.uid], query={"next": resolve_url("eforefront:members")})

    def get_context_data(self, **kwargs):
        reasons = resetting.reasons_against(self.chosen, by=self.request.role)
        return super().get_context_data(
            chosen=[row for row in self.chosen if row.pk not in reasons],
            refused=[(row, reasons[row.pk]) for row in self.chosen if row.pk in reasons],
            **kwargs,
        )
