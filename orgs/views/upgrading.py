"""升格: new branches first, then every member gets one of them. Source: workflows.md 2.3."""

from django.core.exceptions import ValidationError
from django.forms import formset_factory
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.powers import Power
from members.models import Member
from orgs.forms.upgrading import BranchForm, UpgradeForm
from orgs.guards import refusal
from orgs.models import Organization
from orgs.services import upgrading
from orgs.views.words import say
from partyplatform.ui.texts import is_number
from partyplatform.ui.views import FormPage, get_managed

MOST_BRANCHES = 10
SHOWN_BRANCHES = 4  # rows that stand open; the others are folded away while they are empty


class Upgrade(FormPage):
    needs = Power.UPGRADE_ORG
    form_class = UpgradeForm
    template_name = "orgs/upgrade.html"

    @cached_property
    def branch(self):
        return get_managed(Organization, self.request.role, pk=self.kwargs["pk"])

    @cached_property
    def members(self):
        return list(Member.objects.of(self.branch.pk).enrolled().order_by("name", "pk"))

    @cached_property
    def branches(self):
        rows = formset_factory(BranchForm, extra=MOST_BRANCHES, max_num=MOST_BRANCHES)
        return rows(self.request.POST if self.request.method == "POST" else None, prefix="branch")

    def get_initial(self):
        return {"version": self.branch.version}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "targets": upgrading.targets(self.branch)}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.also_sent = tuple(name for name in self.request.POST if name.startswith(("branch-", "member_")))
        return form

    def form_valid(self, form):
        if not self.branches.is_valid():
            return self.form_invalid(form)
        return super().form_valid(form)

    def act(self, form):
        values = form.cleaned_data
        filled = self._filled()
        shared = {
            "org_type": "631",
            "affiliation": self.branch.affiliation,
            "founded_on": values["founded_on"],
            "founding_document": values["document"],
            "unit_relation": "1",
        }
        return upgrading.upgrade(
            self.branch,
            to_type=values["to_type"],
            full_name=values["full_name"],
            short_name=values["short_name"],
            branches=[{**shared, **names} for names in filled.values()],
            assignment=self._assignment(list(filled)),
            by=self.request.role,
            version=values["version"],
            document=values["document"],
        )

    def _filled(self):
        """Return {number of the row: names} of the new branches; rows may stay empty in between."""
        rows = enumerate((row.cleaned_data for row in self.branches.forms), 1)
        return {number: names for number, names in rows if names.get("full_name")}

    def _assignment(self, numbers):
        """Return {member id: index of the new branch} of everybody who got one of the rows `numbers`."""
        posted, chosen = self.request.POST, {}
        known = {f"member_{member.pk}": member.pk for member in self.members}
        if {name for name in posted if name.startswith("member_")} - set(known):
            raise Http404
        for name, pk in known.items():
            number = posted.get(name, "")
            if is_number(number, digits=2) and number != "0":
                if int(number) not in numbers:
                    raise ValidationError(f"第 {number} 个新党支部没有填写名称")
                chosen[pk] = numbers.index(int(number))
        return chosen

    def location(self, result):
        say(self.request, f"已升格为“{result.short_name}”，党员已分到新的党支部")
        return f"{reverse('orgs:list')}?org={result.pk}"

    def get_context_data(self, **kwargs):
        chosen = [(member, self.request.POST.get(f"member_{member.pk}", "")) for member in self.members]
        rows = list(enumerate(self.branches.forms, 1))
        reasons = upgrading.obstacles(self.branch)
        return super().get_context_data(
            branch=self.branch,
            blocked=refusal(reasons) if reasons else None,
            is_blocked=bool(reasons) and self.request.method != "POST",  # what was typed stays
            shown=rows[:SHOWN_BRANCHES],
            folded=rows[SHOWN_BRANCHES:],
            unfolds=any(row.has_changed() for _, row in rows[SHOWN_BRANCHES:]),
            management=self.branches.management_form,
            members=chosen,
            numbers=[str(number) for number in range(1, MOST_BRANCHES + 1)],
            **kwargs,
        )
