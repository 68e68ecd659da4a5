"""撤销党组织, 恢复, 合并. Each goes through a page that lists what will change and what will not."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.powers import Power
from orgs.forms.organizations import ClosingForm, MergingForm, RestoringForm
from orgs.forms.versions import versions_of
from orgs.guards import refusal
from orgs.models import Organization
from orgs.services import closing
from orgs.views.words import say
from partyplatform.ui.texts import is_number
from partyplatform.ui.views import NOT_MANAGED, FormPage, get_managed, needs

MOST = 200  # organisations dissolved in one act
MOST_KEPT = 2000  # characters of the list's query


def chosen(role, ids):
    """Return the ticked organisations the role may change; one foreign id spoils the whole choice (404)."""
    wanted = {int(pk) for pk in ids if is_number(pk, digits=18)}
    if len(wanted) != len(set(ids)) or len(wanted) > MOST:
        raise Http404
    visible = list(Organization.objects.visible_to(role).filter(pk__in=wanted).in_tree_order())
    if len(visible) != len(wanted):
        raise Http404
    if Organization.objects.managed_by(role).filter(pk__in=wanted).count() != len(wanted):
        raise PermissionDenied(NOT_MANAGED)
    return visible


def obstacles(organizations):
    """Return every reason against dissolving the chosen ones together."""
    return [
        reason for org in organizations for reason in closing.reasons_against_dissolving(org, together=organizations)
    ]


class Dissolve(FormPage):
    needs = Power.DISSOLVE_ORG
    proof = True
    form_class = ClosingForm
    template_name = "orgs/dissolve.html"

    def get(self, request, *args, **kwargs):
        if not request.GET.getlist("ids"):
            messages.error(request, "请先勾选要撤销的党组织")
            return redirect(back_to_list(request.GET))
        return super().get(request, *args, **kwargs)

    @cached_property
    def chosen(self):
        source = self.request.POST if self.request.method == "POST" else self.request.GET
        return chosen(self.request.role, source.getlist("ids"))

    def get_initial(self):
        return {"on": timezone.localdate(), "versions": versions_of(self.chosen)}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.also_sent = ("ids", "list")
        return form

    def act(self, form):
        return closing.dissolve(self.chosen, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        names = "、".join(org.short_name for org in result[:3])
        say(self.request, f"已撤销 {len(result)} 个党组织：{names}{'等' if len(result) > 3 else ''}")
        return self._back() or f"{reverse('orgs:list')}?org={result[-1].parent_id}"

    def get_context_data(self, **kwargs):
        reasons = obstacles(self.chosen)
        blocked = refusal(reasons) if reasons else None
        back = self._back() or reverse("orgs:detail", args=[self.chosen[0].pk])
        return super().get_context_data(chosen=self.chosen, blocked=blocked, back=back, listed=self._listed, **kwargs)

    @property
    def _listed(self):
        source = self.request.POST if self.request.method == "POST" else self.request.GET
        return source.get("list", "")

    def _back(self):
        """The list the ticks were made on; nothing for a reader who came from 组织信息."""
        return back_to_list({"list": self._listed}) if self._listed else ""


@needs(Power.DISSOLVE_ORG)
def selection(request):
    """The sentence beside the ticked rows: what stands in the way of dissolving them."""
    ids = request.GET.getlist("ids")
    reasons = obstacles(chosen(request.role, ids)) if ids else []
    return render(request, "orgs/_obstacles.html", {"reasons": reasons[:3], "more": len(reasons) - 3})


class Restore(FormPage):
    needs = Power.RESTORE_ORG
    form_class = RestoringForm
    template_name = "orgs/restore.html"

    @cached_property
    def organization(self):
        return get_managed(Organization, self.request.role, pk=self.kwargs["pk"])

    def get_initial(self):
        return {"version": self.organization.version}

    def act(self, form):
        return closing.restore(self.organization, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        say(self.request, f"已恢复“{result.short_name}”，原管理员需要重新授权")
        return reverse("orgs:detail", args=[result.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(organization=self.organization, **kwargs)


class Merge(FormPage):
    """合并: `pk` is the branch that is closed."""

    needs = Power.MERGE_ORGS
    proof = True
    form_class = MergingForm
    template_name = "orgs/merge.html"

    @cached_property
    def source(self):
        return get_managed(Organization, self.request.role, pk=self.kwargs["pk"])

    @cached_property
    def targets(self):
        siblings = Organization.objects.managed_by(self.request.role).living().receiving_members()
        return siblings.filter(parent=self.source.parent_id).exclude(pk=self.source.pk).in_tree_order()

    def get_initial(self):
        return {"on": timezone.localdate(), "versions": versions_of([self.source, *self.targets])}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "targets": self.targets}

    def act(self, form):
        values = form.cleaned_data
        into, seen = values["into"], values["versions"]
        return closing.merge(
            self.source,
            into=into,
            by=self.request.role,
            versions=(seen.get(self.source.pk, 0), seen.get(into.pk, 0)),
            on=values["on"],
            document=values["document"],
        )

    def location(self, result):
        say(self.request, f"“{self.source.short_name}”已并入“{result.short_name}”")
        return reverse("orgs:detail", args=[result.pk])

    def get_context_data(self, **kwargs):
        reasons = closing.open_procedures(self.source)
        return super().get_context_data(source=self.source, blocked=refusal(reasons) if reasons else None, **kwargs)


def back_to_list(source):
    """Return the address of the list as the reader left it: organisation, filters, order and page."""
    kept = QueryDict(source.get("list", "")[:MOST_KEPT])
    return f"{reverse('orgs:list')}?{kept.urlencode()}"
