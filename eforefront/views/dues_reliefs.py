"""减免: the queue, a proposal, its decision. Source: workflows.md 8.1; 党费规定 7."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from accounts.powers import Power
from eforefront.forms.dues_papers import DecideForm, EndForm, ProposeForm, ReliefFilter, VersionForm
from eforefront.models import DuesRelief
from eforefront.money import Money, yuan
from eforefront.services.dues import reliefs as services
from eforefront.services.dues.months import this_month
from eforefront.views.dues import SECTION
from eforefront.views.dues_members import OfMember
from orgs.dates import add_months
from partyplatform.ui.columns import Column
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import NOT_MANAGED, FormPage, Scoped, get_visible, needs

COLUMNS = (
    Column("姓名", "member.name", link="url"),
    Column("党支部", "organization.short_name", width=36),
    Column("类型", "label"),
    Money("每月缴纳", "monthly_fen"),
    Column("期间", "period", width=22),
    Column("原因", "reason", fold=True),
    Column("批准文号", "document", fold=True),
    Column("状态", "status", kind="tag"),
)
State = DuesRelief.State


class Reliefs(Scoped, ListPage):
    """Reliefs in reach, those that wait for the role's own decision first asked for."""

    model = DuesRelief
    needs = Power.VIEW_DUES
    columns = COLUMNS
    filter_class = ReliefFilter
    count_cap = 1000
    template_name = "eforefront/dues/reliefs.html"
    extra_context = SECTION

    def get_queryset(self):
        return super().get_queryset().with_people().order_by("-pk")

    def get_context_data(self, **kwargs):
        role = self.request.role
        waiting = DuesRelief.objects.waiting_for(role).count() if role.can(Power.DECIDE_DUES) else 0
        return super().get_context_data(waiting=waiting, asked=State.ASKED, **kwargs)


class Propose(OfMember, FormPage):
    """提出减免 for a member of the own branch."""

    needs = Power.KEEP_DUES
    form_class = ProposeForm
    template_name = "eforefront/dues/propose.html"

    def get(self, request, *args, **kwargs):
        self.refuse_other()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self.refuse_other()
        return super().post(request, *args, **kwargs)

    def get_initial(self):
        return {"from_month": this_month(), "until_month": add_months(this_month(), 11)}

    def act(self, form):
        return services.propose(self.member, by=self.request.role, **form.values)

    def location(self, result):
        messages.success(self.request, f"已提出，等待“{result.decider.short_name}”审批；批准之前仍按标准缴纳")
        return reverse("eforefront:dues_relief", args=[result.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(member=self.member, back=self.address, **kwargs)


class OfRelief(Scoped):
    """A page about one relief in reach."""

    extra_context = SECTION

    @cached_property
    def relief(self):
        rows = DuesRelief.objects.visible_to(self.request.role).with_people()
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class Relief(OfRelief, FormPage):
    """One relief; the committee that decides has the form below it."""

    needs = Power.VIEW_DUES
    form_class = DecideForm
    template_name = "eforefront/dues/relief.html"

    @property
    def is_mine(self):
        role = self.request.role
        return self.relief.decider_id == role.organization_id and role.can(Power.DECIDE_DUES)

    def post(self, request, *args, **kwargs):
        if not self.is_mine:
            self.relief  # noqa: B018 (404 for one out of reach)
            raise PermissionDenied("减免由党支部的上一级党委审批。")
        return super().post(request, *args, **kwargs)

    def get_initial(self):
        return {"until_month": self.relief.until_month, "version": self.relief.version}

    def act(self, form):
        return services.decide(self.relief, by=self.request.role, **form.values)

    def location(self, result):
        messages.success(self.request, f"{result.member.name}的减免{result.get_state_display()}")
        return reverse("eforefront:dues_reliefs")

    def get_context_data(self, **kwargs):
        relief, role = self.relief, self.request.role
        is_own = relief.organization_id == role.organization_id and role.can(Power.KEEP_DUES)
        return super().get_context_data(
            relief=relief,
            amount=yuan(relief.monthly_fen),
            may_decide=self.is_mine and relief.state == State.ASKED,
            may_withdraw=is_own and relief.state == State.ASKED,
            may_end=is_own and relief.state == State.APPROVED and relief.until_month >= this_month(),
            decided_on=timezone.localdate(relief.decided_at) if relief.decided_at else None,
            **kwargs,
        )


class EndRelief(OfRelief, FormPage):
    """提前终止."""

    needs = Power.KEEP_DUES
    form_class = EndForm
    template_name = "eforefront/dues/end_relief.html"

    def get(self, request, *args, **kwargs):
        self._refuse_other()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        self._refuse_other()
        return super().post(request, *args, **kwargs)

    def _refuse_other(self):
        if self.relief.organization_id != self.request.role.organization_id:
            raise PermissionDenied(NOT_MANAGED)

    def get_initial(self):
        return {"last_month": this_month(), "version": self.relief.version}

    def act(self, form):
        return services.end(self.relief, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"{result.member.name}的减免已提前终止")
        return reverse("eforefront:dues_relief", args=[result.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(relief=self.relief, **kwargs)


@require_POST
@needs(Power.KEEP_DUES)
@once_only
def withdraw(request, pk):
    """撤回 before it is decided."""
    relief = get_visible(DuesRelief, request.role, pk=pk)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    services.withdraw(relief, by=request.role, version=version)
    messages.success(request, "已撤回减免")
    return redirect("eforefront:dues_reliefs")
