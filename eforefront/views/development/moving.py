"""材料移交: offering the file of an applicant to another branch, taking it in, refusing it, taking the offer back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from accounts.powers import Power
from eforefront.forms.development import AnswerForm, HandOverForm, VersionForm
from eforefront.models import DossierHandOver
from eforefront.services.development import handing_over
from eforefront.views.development.of_applicant import OfOwnApplicant
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.refusals import tell
from partyplatform.ui.views import FormPage, needs

LIST = "eforefront:hand_overs"


class HandOver(OfOwnApplicant):
    """移交材料 to a branch named by its 党组织编码, which lies outside every reach."""

    form_class = HandOverForm
    title = "移交材料"
    extra_context = {"told": "移交后由对方支部接收；培养教育考察时间连续计算，培养联系人由对方重新指定。"}

    def act(self, form):
        words = {name: form.cleaned_data[name] for name in ("version", "reason")}
        return handing_over.hand_over(self.applicant, form.target, by=self.request.role, **words)

    def location(self, result):
        messages.success(self.request, f"已移交，等待“{result.target.short_name}”接收")
        return self.address


class Answer(FormPage):
    """One hand-over; the receiving branch has the form below it."""

    needs = Power.VIEW_DEVELOPMENT
    form_class = AnswerForm
    template_name = "eforefront/development/hand_over.html"

    @cached_property
    def hand_over(self):
        rows = DossierHandOver.objects.visible_to(self.request.role)
        return get_object_or_404(rows.select_related("applicant", "source", "target"), pk=self.kwargs["pk"])

    @property
    def is_mine(self):
        role = self.request.role
        return role.can(Power.KEEP_DEVELOPMENT) and self.hand_over.target_id == role.organization_id

    def post(self, request, *args, **kwargs):
        if not self.is_mine:
            self.hand_over  # noqa: B018 (404 for one out of reach)
            raise PermissionDenied("由移入支部接收。")
        return super().post(request, *args, **kwargs)

    def get_initial(self):
        return {"version": self.hand_over.version}

    def act(self, form):
        given, role = form.cleaned_data, self.request.role
        if given["verb"] == "take_in":
            return handing_over.take_in(self.hand_over, by=role, version=given["version"])
        return handing_over.refuse(self.hand_over, by=role, version=given["version"], answer=given["answer"])

    def location(self, result):
        taken = result.organization_id == self.request.role.organization_id
        messages.success(self.request, f"{'已接收' if taken else '未接收'}{result.name}的材料")
        return result.get_absolute_url() if taken else reverse(LIST)

    def get_context_data(self, **kwargs):
        offer, role = self.hand_over, self.request.role
        is_open = offer.state == "waiting"
        is_own = role.can(Power.KEEP_DEVELOPMENT) and offer.source_id == role.organization_id
        return super().get_context_data(
            offer=offer, may_answer=self.is_mine and is_open, may_withdraw=is_own and is_open, **kwargs
        )


@require_POST
@needs(Power.KEEP_DEVELOPMENT)
@once_only
def withdraw(request, pk):
    """撤回移交 before it is answered."""
    offer = get_object_or_404(DossierHandOver.objects.visible_to(request.role), pk=pk)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        handing_over.withdraw(offer, by=request.role, version=version)
        messages.success(request, "已撤回移交")
    except ValidationError as refusal:
        tell(request, refusal)
    return redirect(LIST)
