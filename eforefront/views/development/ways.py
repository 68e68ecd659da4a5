"""The branch and those who apply by themselves: accounts, 串码, 二维码登记, applications. Source: screens.md 3.5."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from accounts.powers import Power
from eforefront.forms.development_ways import (
    AccountForm,
    CodeFilter,
    CodeForm,
    DoorForm,
    HandInForm,
    RegistrationForm,
)
from eforefront.models import ApplicantCode, HandIn, RegistrationDoor, SelfRegistration
from eforefront.services.development import accounts, codes, handing_in, registering
from eforefront.views.development.of_applicant import NOT_OURS, OfOwnApplicant
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import Repeated, once, once_only
from partyplatform.ui.refusals import tell
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped, needs
from transfers import qr

SECTION = {"section": "党员发展"}


class OpenAccount(OfOwnApplicant):
    """开通账号: the slip with the one-time code is printed and handed over."""

    proof = True
    form_class = AccountForm
    template_name = "eforefront/development/open_account.html"
    title = "开通账号"

    def get_initial(self):
        return {}

    def act(self, form):
        return accounts.open_account(self.applicant, by=self.request.role)

    def location(self, result):
        if result is None:
            messages.success(self.request, accounts.BEGUN)
            return self.address
        return reverse("accounts:handover", args=[result.uid], query={"next": self.address})


class DecideHandIn(FormPage):
    """审核 an application the person handed in."""

    needs = Power.VIEW_DEVELOPMENT
    form_class = HandInForm
    template_name = "eforefront/development/hand_in.html"
    extra_context = SECTION

    @cached_property
    def found(self):
        rows = HandIn.objects.visible_to(self.request.role).select_related("applicant__organization", "file")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    @property
    def may_decide(self):
        role = self.request.role
        is_ours = self.found.applicant.organization_id == role.organization_id
        return is_ours and role.can(Power.KEEP_DEVELOPMENT) and self.found.state == HandIn.State.WAITING

    def get_initial(self):
        return {"version": self.found.version}

    def post(self, request, *args, **kwargs):
        applicant = self.found.applicant
        is_ours = applicant.organization_id == request.role.organization_id
        if not (is_ours and request.role.can(Power.KEEP_DEVELOPMENT)):
            raise PermissionDenied(NOT_OURS.format(name=applicant.organization.short_name))
        return super().post(request, *args, **kwargs)

    def act(self, form):
        words = {"by": self.request.role, "version": form.cleaned_data["version"]}
        if form.cleaned_data["verb"] == "accept":
            return handing_in.accept(self.found, **words)
        return handing_in.give_back(self.found, reason=form.cleaned_data["reason"], **words)

    def location(self, result):
        messages.success(self.request, f"已审核{result.name}的申请，现为“{result.step_label}”")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(found=self.found, may_decide=self.may_decide, **kwargs)


class Codes(Scoped, ListPage):
    """串码管理、串码记录 of the own branch."""

    model = ApplicantCode
    needs = Power.KEEP_DEVELOPMENT
    columns = (
        Column("编号", "number", width=12),
        Column("备注", "note", width=20),
        Column("生成时间", "made_at", width=18),
        Column("有效期至", "expires_at", width=18, fold=True),
        Column("状态", "status", kind="tag"),
        Column("激活人", "applicant.name", link="applicant.get_absolute_url"),
        Column("激活时间", "used_at", width=18, fold=True),
        Column("操作", "pk", cell="eforefront/development/_code_cell.html", acts=True, book=False),
    )
    filter_class = CodeFilter
    count_cap = 1000
    template_name = "eforefront/development/codes.html"
    extra_context = SECTION

    def get_queryset(self):
        return super().get_queryset().select_related("applicant").order_by("-pk")


class MakeCode(FormPage):
    """新增: the code is shown once, on the page that answers, and is kept nowhere."""

    needs = Power.KEEP_DEVELOPMENT
    form_class = CodeForm
    template_name = "eforefront/development/code_new.html"
    extra_context = SECTION

    @sensitive_variables("text")
    def form_valid(self, form):
        role = self.request.role
        try:
            with once(self.request) as claim:
                made, text = codes.make(role.organization, by=role, note=form.cleaned_data["note"])
                claim.location = reverse("eforefront:applicant_codes")
        except Repeated as repeated:
            return redirect(repeated.location)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        address = self.request.build_absolute_uri(reverse("eforefront:apply"))
        page = {"made": made, "code": text, "address": address, "days": codes.DAYS, **SECTION}
        return render(self.request, "eforefront/development/code_made.html", page)


@require_POST
@needs(Power.KEEP_DEVELOPMENT)
@once_only
def withdraw_code(request, pk):
    found = get_object_or_404(ApplicantCode.objects.visible_to(request.role), pk=pk)
    try:
        codes.withdraw(found, by=request.role)
        messages.success(request, f"已作废 {found.number}")
    except ValidationError as refusal:
        tell(request, refusal)
    return redirect("eforefront:applicant_codes")


class Door(FormPage):
    """二维码登记: the address as a QR code while it is open, and what came in."""

    needs = Power.KEEP_DEVELOPMENT
    form_class = DoorForm
    template_name = "eforefront/development/door.html"
    extra_context = SECTION

    def act(self, form):
        return registering.open_door(self.request.role.organization, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, "二维码登记已开启，以前的二维码作废")
        return reverse("eforefront:registration_door")

    def get_context_data(self, **kwargs):
        role = self.request.role
        door = RegistrationDoor.objects.visible_to(role).first()
        is_open = door is not None and door.is_open
        path = reverse("eforefront:register_oneself", args=[registering.token(door)]) if is_open else ""
        address = self.request.build_absolute_uri(path) if is_open else ""
        rows = SelfRegistration.objects.visible_to(role).order_by("-state", "-pk")[:200]
        return super().get_context_data(
            door=door,
            is_open=is_open,
            address=address,
            qr=mark_safe(qr.svg(address)) if is_open else "",
            registrations=list(rows),
            **kwargs,
        )


@require_POST
@needs(Power.KEEP_DEVELOPMENT)
@once_only
def close_door(request):
    registering.close_door(request.role.organization, by=request.role)
    messages.success(request, "二维码登记已关闭")
    return HttpResponseRedirect(reverse("eforefront:registration_door"))


class DecideRegistration(FormPage):
    """确认 or 不予登记 of what somebody entered."""

    needs = Power.KEEP_DEVELOPMENT
    form_class = RegistrationForm
    template_name = "eforefront/development/registration.html"
    extra_context = SECTION

    @cached_property
    def found(self):
        rows = SelfRegistration.objects.visible_to(self.request.role).select_related("applicant")
        return get_object_or_404(rows, uid=self.kwargs["uid"])

    def get_initial(self):
        return {"version": self.found.version}

    def post(self, request, *args, **kwargs):
        self.found  # noqa: B018 (404 before the form is read)
        return super().post(request, *args, **kwargs)

    def act(self, form):
        words = {"by": self.request.role, "version": form.cleaned_data["version"]}
        if form.cleaned_data["verb"] == "confirm":
            return registering.confirm(self.found, **words)
        return registering.refuse(self.found, reason=form.cleaned_data["reason"], **words)

    def location(self, result):
        if result is None:
            messages.success(self.request, "已记录为不予登记")
            return reverse("eforefront:registration_door")
        messages.success(self.request, f"已登记申请人{result.name}，请为本人开通账号")
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(found=self.found, **kwargs)
