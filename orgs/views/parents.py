"""上级党组织变更: choose and preview, ask or carry out, decide. Source: manual part 4, section 1 (2)."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import ListView

from accounts.models import RoleGrant
from accounts.powers import Power
from orgs.forms.parents import AskForm, DecisionForm, TargetForm
from orgs.guards import refusal
from orgs.models import Organization, ParentChange
from orgs.services import parents
from orgs.views.words import say
from partyplatform.ui.paging import Pager
from partyplatform.ui.views import FormPage, Scoped, get_managed

COMMITTEES = ("old_committee", "new_committee")
ELSEWHERE = "该变更由“{decider}”审批，当前角色不能办理。"


def administrators(organizations):
    """Return the grants of the administrators of these organisations, who lose or gain reach by a move."""
    grants = RoleGrant.objects.active().filter(organization__in=[org.pk for org in organizations], system="info")
    return grants.select_related("user", "organization").order_by("organization__level", "pk")


class Ask(FormPage):
    """Without a target: a form for it. With one: what would move, who decides, what stands in the way."""

    needs = Power.ASK_PARENT_CHANGE
    proof = True
    form_class = AskForm
    template_name = "orgs/parent_change.html"

    @cached_property
    def organization(self):
        return get_managed(Organization, self.request.role, pk=self.kwargs["pk"])

    @cached_property
    def target_form(self):
        return TargetForm(self.request.GET if "code" in self.request.GET else None)

    @cached_property
    def outline(self):
        source = self.request.POST if self.request.method == "POST" else self.request.GET
        form = TargetForm(source if "code" in source else None)
        return parents.plan(self.organization, to=form.target) if form.is_valid() else None

    def get_initial(self):
        return {"code": self.request.GET.get("code", ""), "name": self.request.GET.get("name", "")}

    def act(self, form):
        return parents.ask(
            self.organization,
            to=form.target,
            by=self.request.role,
            reason=form.cleaned_data["reason"],
            document=form.cleaned_data["document"],
        )

    def location(self, result):
        say(self.request, f"已提交上级党组织变更，等待“{result.decider.short_name}”审批")
        return reverse("orgs:parent_change", args=[result.pk])

    def get_context_data(self, **kwargs):
        outline = self.outline
        return super().get_context_data(
            organization=self.organization,
            target_form=self.target_form,
            outline=outline,
            blocked=refusal(outline.reasons) if outline and outline.reasons else None,
            losing=administrators(outline.losing) if outline else (),
            gaining=administrators(outline.gaining) if outline else (),
            **kwargs,
        )


class ParentChangeList(Scoped, ListView):
    """上级党组织变更: requests in reach, those that wait first."""

    model = ParentChange
    needs = Power.ASK_PARENT_CHANGE
    template_name = "orgs/parent_changes.html"

    def get_context_data(self, **kwargs):
        rows = self.get_queryset().select_related("organization", "old_parent", "new_parent", "decider")
        pager = Pager(rows.order_by("state", "-created_at"), self.request.GET)
        return super().get_context_data(pager=pager, **kwargs)


class ParentChangeDetail(FormPage):
    """One request: its preview, and the verbs open to the reader."""

    needs = Power.ASK_PARENT_CHANGE
    form_class = DecisionForm
    template_name = "orgs/parent_change_detail.html"

    @property
    def proof(self):
        """Whoever may move the organisation here proves it before looking; the others only read."""
        return self.may_decide

    @cached_property
    def change(self):
        rows = ParentChange.objects.visible_to(self.request.role)
        return get_object_or_404(
            rows.select_related("organization__parent", "old_parent", "new_parent", "decider", *COMMITTEES),
            pk=self.kwargs["pk"],
        )

    @cached_property
    def is_open(self):
        return self.change.state == ParentChange.State.ASKED

    @cached_property
    def may_decide(self):
        role = self.request.role
        reach = Organization.objects.visible_to(role).filter(pk=self.change.decider_id)
        return self.is_open and role.can(Power.DECIDE_PARENT_CHANGE) and reach.exists()

    @property
    def may_withdraw(self):
        return self.is_open and self.change.asking_organization_id == self.request.role.organization_id

    def act(self, form):
        verb, remark = self.request.POST.get("verb"), form.cleaned_data["remark"]
        role = self.request.role
        if verb == "withdraw":
            return parents.withdraw(self.change, by=role)
        if self.is_open and not self.may_decide:
            raise PermissionDenied(ELSEWHERE.format(decider=self.change.decider.short_name))
        if verb == "approve":
            return parents.approve(self.change, by=role, remark=remark)
        return parents.refuse(self.change, by=role, remark=remark)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.also_sent = ("verb",)
        return form

    def location(self, result):
        words = {"approve": "上级党组织已变更", "refuse": "已退回", "withdraw": "已撤回"}
        say(self.request, words.get(self.request.POST.get("verb"), "已办理"))
        return reverse("orgs:parent_change", args=[self.change.pk])

    def get_context_data(self, **kwargs):
        outline = parents.plan(self.change.organization, to=self.change.new_parent) if self.is_open else None
        return super().get_context_data(
            change=self.change,
            outline=outline,
            blocked=refusal(outline.reasons) if outline and outline.reasons else None,
            losing=administrators(outline.losing) if outline else (),
            gaining=administrators(outline.gaining) if outline else (),
            may_decide=self.may_decide,
            may_withdraw=self.may_withdraw,
            **kwargs,
        )
