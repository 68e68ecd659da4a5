"""我的信息 in 党员E先锋: the own record, and corrections to it. Source: screens.md 2.5 (guards), 3.2."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from accounts.powers import Power
from members.corrections import PROPOSABLE
from members.forms.corrections import ProposalForm
from members.items import ITEMS, Group
from members.models import Correction, Member, RuleVersion
from members.services import corrections as services
from members.views.records import shown_value, suggestions
from partyplatform import uploads
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.views import Scoped, UploadPage, needs

LAST = 20  # proposals shown


class OwnRecord(Scoped, TemplateView):
    """党统信息集 of the reader, each item with the way to correct it, and what became of earlier proposals."""

    needs = Power.VIEW_OWN_RECORD
    template_name = "members/own/record.html"

    @cached_property
    def member(self):
        return Member.objects.own(self.request.role).select_related("organization").first()

    def get_context_data(self, **kwargs):
        if self.member is None:
            return super().get_context_data(member=None, **kwargs)
        proposals = list(Correction.objects.of(self.member).select_related("member")[:LAST])
        waiting = {row.field: row for row in proposals if row.is_open}
        rules = RuleVersion.objects.in_force()
        gaps = {rule.field for rule in rules.missing(self.member)}
        fields = {item.field for item in PROPOSABLE} if self.member.is_enrolled else set()
        lines = [self._line(item, waiting, gaps, fields) for item in ITEMS]
        return super().get_context_data(
            member=self.member,
            groups=[(group, [line for line in lines if line["item"].group is group]) for group in Group],
            proposals=proposals,
            missing=len(gaps),
            percent=self.member.completeness,
            **kwargs,
        )

    def _line(self, item, waiting, gaps, fields):
        return {
            "item": item,
            "value": shown_value(self.member, item),
            "todo": item.field in gaps,
            "waiting": waiting.get(item.field),
            "may_propose": item.field in fields,
        }


class Propose(UploadPage):
    """A new value for one item of the own record."""

    needs = Power.VIEW_OWN_RECORD
    form_class = ProposalForm
    template_name = "members/own/propose.html"
    max_body, max_file = uploads.MOST_READ, uploads.MAX_BYTES
    target = ("member", "item")

    @cached_property
    def member(self):
        return get_object_or_404(Member.objects.own(self.request.role).select_related("organization"))

    @cached_property
    def item(self):
        found = next((item for item in PROPOSABLE if item.field == self.kwargs["field"]), None)
        if found is None:
            raise Http404
        return found

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "item": self.item, "suggestions": "own:codes"}

    def act(self, form):
        return services.propose(self.member, field=self.item.field, by=self.request.role, is_own=True, **form.values)

    def location(self, result):
        messages.success(
            self.request, f"{result.label}的更正申请已提交，等待{result.member.organization.short_name}审核"
        )
        return reverse("own:record")

    def get_context_data(self, **kwargs):
        waiting = Correction.objects.of(self.member).open().filter(field=self.item.field).first()
        return super().get_context_data(
            member=self.member,
            item=self.item,
            present=shown_value(self.member, self.item),
            waiting=waiting,
            **kwargs,
        )


@require_safe
@needs(Power.VIEW_OWN_RECORD)
def codes(request, table):
    """Suggestions for a code that is being typed."""
    return suggestions(request, table)


@require_POST
@needs(Power.VIEW_OWN_RECORD)
@once_only
def withdraw(request, pk):
    """Take an own proposal back."""
    found = get_object_or_404(Correction.objects.own(request.role).select_related("member"), pk=pk)
    services.advance(found, "withdraw", by=request.role, version=found.version)
    messages.success(request, f"已撤回{found.label}的更正申请")
    return redirect("own:record")
