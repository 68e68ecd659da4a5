"""完整度规则: which items count and for whom, other rules with a preview, scoring anew. Source: workflows.md 10."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.powers import Power
from members.completeness import Rules
from members.effects import effect
from members.forms.rules import ConfirmForm, RulesForm
from members.jobs import rescoring_job, start_rescoring
from members.models import RuleVersion
from members.services import rescoring
from members.services import rules as services
from orgs.figures import figures
from partyplatform.jobs import queue
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.views import FormPage, Scoped, needs

VERSIONS = 10  # shown of the history
MENU = "信息浏览"
ONLY_TOP = "完整度规则适用于整个平台，只有最上级党组织的管理员可以变更。"


class RuleTable(Scoped, TemplateView):
    """The rules in force, for everybody who looks after members; the platform's operator chooses others here."""

    needs = Power.VIEW_MEMBERS
    template_name = "members/rules.html"

    def get_context_data(self, **kwargs):
        present = RuleVersion.objects.in_force()
        versions = list(RuleVersion.objects.newest_first()[:VERSIONS])
        form = RulesForm(present=present)
        return super().get_context_data(
            section=MENU,
            lines=[(rule, form[rule.field]) for rule in present.rules],
            present=present,
            versions=versions,
            may_set=services.may_set(self.request.role),
            **progress(present, versions[0] if versions else None),
            **kwargs,
        )


class Progress(Scoped, TemplateView):
    """How far the scoring anew is; the page above asks for it by itself."""

    needs = Power.VIEW_MEMBERS
    keeps_session_alive = False
    template_name = "members/_rescoring.html"

    def get_context_data(self, **kwargs):
        present = RuleVersion.objects.in_force()
        version = RuleVersion.objects.newest_first().first()
        may_set = services.may_set(self.request.role)
        return super().get_context_data(may_set=may_set, **progress(present, version), **kwargs)


class ChangeRules(FormPage):
    """What is to change, what would come of it, and why; the form is the confirmation."""

    needs = Power.SET_COMPLETENESS
    proof = True
    form_class = ConfirmForm
    template_name = "members/rules_change.html"

    def dispatch(self, request, *args, **kwargs):
        refuse_below_the_top(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        if not self.changes:
            messages.info(request, "规则没有变化，请先选择要变更的项目")
            return redirect("members:rules")
        return super().get(request, *args, **kwargs)

    @cached_property
    def present(self):
        return RuleVersion.objects.in_force()

    @cached_property
    def wanted(self):
        """The rules of the address or of the form; an item that is not named, or wrongly, stays as it is."""
        sent = self.request.POST if self.request.method == "POST" else self.request.GET
        kept = {name: field.initial for name, field in RulesForm(present=self.present).fields.items()}
        form = RulesForm(kept | {name: sent[name] for name in kept if name in sent}, present=self.present)
        return form.rules if form.is_valid() else self.present.rules

    @property
    def changes(self):
        return services.differences(self.present, self.wanted)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "present": self.present}

    def get_initial(self):
        chosen = {rule.field: rule.condition if rule.counts else "" for rule in self.wanted}
        return {"version": self.present.version, **chosen}

    def get_context_data(self, **kwargs):
        found = effect(Rules(self.present.version, self.wanted))
        organization = self.request.role.organization
        members = figures([organization.pk])[organization.pk].members
        return super().get_context_data(
            section=MENU,
            changes=self.changes,
            effect=found,
            affected=found.of(found.changed, members),
            complete=(found.of(found.complete_before, members), found.of(found.complete_after, members)),
            **kwargs,
        )

    def act(self, form):
        version, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
        made = services.put_in_force(form.rules, version=version, reason=reason, by=self.request.role)
        start_rescoring(made, by=self.request.role)
        return made

    def location(self, result):
        messages.success(self.request, f"完整度规则第 {result.pk} 版已启用，正在按新规则重新计算全部党员的信息完整度")
        return reverse("members:rules")


@require_POST
@needs(Power.SET_COMPLETENESS)
@once_only
def go_on(request):
    """Take up the scoring anew where it was left."""
    refuse_below_the_top(request)
    version = RuleVersion.objects.newest_first().first()
    if version is not None and version.scored_at is None:
        start_rescoring(version, by=request.role)
        messages.success(request, "已继续重新计算，可在本页查看进度")
    return redirect("members:rules")


@require_POST
@needs(Power.SET_COMPLETENESS)
@once_only
def stop(request):
    """Stop the scoring anew after its present batch, whoever started it."""
    refuse_below_the_top(request)
    version = RuleVersion.objects.newest_first().first()
    job = rescoring_job(version) if version is not None else None
    if job is not None and queue.cancel(job):
        messages.success(request, "已暂停重新计算，已算完的不受影响，可随时继续")
    return redirect("members:rules")


def refuse_below_the_top(request):
    """Raise PermissionDenied for a role that has the power, but somewhere below the top."""
    role = getattr(request, "role", None)
    if role is not None and role.can(Power.SET_COMPLETENESS) and not services.may_set(role):
        raise PermissionDenied(ONLY_TOP)


def progress(present, version):
    """What the part of the page about the scoring anew is drawn from."""
    return {
        "version": version,
        "job": rescoring_job(version) if present.is_scoring else None,
        "is_scoring": present.is_scoring,
        "scored": rescoring.percent(present),
    }
