"""疑似重复党员: the pairs, and the guided merge of one. Source: issue 4."""

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.powers import Power
from members.corrections import as_text, is_private
from members.forms.checking import MergeForm, ReasonForm
from members.models import Twin
from members.models.checks import TwinState
from members.models.corrections import present
from members.services import merging as services
from members.services import taking_along
from members.views.records import shown_value
from partyplatform.crypto import Undecipherable
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped

COUNTED = 1000
COLUMNS = (
    Column("姓名", "first.name", width=16),
    Column("出生日期", "first.born_on", kind="date"),
    Column("记录一", "first.organization.short_name", width=36, link="first.get_absolute_url"),
    Column("记录二", "second.organization.short_name", width=36, link="second.get_absolute_url"),
    Column("发现时间", "found_at"),
    Column("操作", "pk", cell="members/checking/_twin_actions.html", book=False),
)


class TwinList(Scoped, ListPage):
    model = Twin
    needs = Power.MERGE_MEMBERS
    columns = COLUMNS
    count_cap = COUNTED
    template_name = "members/checking/twins.html"

    def get_queryset(self):
        rows = super().get_queryset().open()
        return rows.select_related("first__organization", "second__organization").order_by("-found_at", "-pk")


class OfTwin(FormPage):
    """The pair of the address; both records in reach."""

    needs = Power.MERGE_MEMBERS

    @cached_property
    def twin(self):
        rows = Twin.objects.visible_to(self.request.role)
        rows = rows.select_related("first__organization", "first__user", "second__organization", "second__user")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def post(self, request, *args, **kwargs):
        self.twin  # noqa: B018 (raises Http404 for a pair out of reach)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(twin=self.twin, is_open=self.twin.state == TwinState.OPEN, **kwargs)


class Merge(OfTwin):
    """Two records side by side: which stays, and what it takes over."""

    form_class = MergeForm
    template_name = "members/checking/merge.html"

    @cached_property
    def lines(self):
        """[(field, label, what is shown of the first, of the second, whether they differ)]; of a photograph its row."""
        first, second = self.twin.first, self.twin.second
        items = [
            (item.field, item.label, shown_value(first, item), shown_value(second, item), _differ(first, second, item))
            for item in services.CHOSEN
        ]
        others = taking_along.compared(first, second)
        return items + [(field, taking_along.LABELS[field], *rest) for field, *rest in others]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "differing": {line[0]: line[1] for line in self.lines if line[-1]}}

    def get_initial(self):
        first, second = self.twin.first, self.twin.second
        keep = "second" if second.filled > first.filled else "first"
        filled = {
            f"from_{field}": keep if (one if keep == "first" else two) else _other(keep)
            for field, _, one, two, differs in self.lines
            if differs
        }
        seen = taking_along.marks([first, second])
        return {"keep": keep, "first_seen": seen[first.pk], "second_seen": seen[second.pk], **filled}

    def act(self, form):
        twin, sent = self.twin, form.cleaned_data
        return services.merge(
            twin,
            keep=form.kept(twin.first, twin.second),
            taken_over=form.taken_over(),
            reason=sent["reason"],
            seen={twin.first_id: sent["first_seen"], twin.second_id: sent["second_seen"]},
            by=self.request.role,
        )

    def location(self, result):
        messages.success(self.request, f"已合并为一条记录：{result.name}；另一条已转入历史党员")
        return reverse("members:detail", args=[result.pk])

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form, twin = context["form"], self.twin
        context["rows"] = [
            {
                "label": label,
                "sides": [("记录一", one), ("记录二", two)],
                "is_photo": field == taking_along.PHOTO,
                "field": form[f"from_{field}"] if differs else None,
            }
            for field, label, one, two, differs in self.lines
            if one or two or field in services.BY_FIELD
        ]
        context["obstacles"] = {
            "first": services.reasons_against(twin.second, twin.first),
            "second": services.reasons_against(twin.first, twin.second),
        }
        context["may_merge"] = context["is_open"] and not all(context["obstacles"].values())
        return context


class TellApart(OfTwin):
    """不是同一人."""

    form_class = ReasonForm
    template_name = "members/checking/apart.html"

    def act(self, form):
        return services.tell_apart(self.twin, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"{result.first.name}：已确认不是同一人")
        return reverse("members:twins")


def _differ(first, second, item):
    return _stored(first, item) != _stored(second, item)


def _stored(member, item):
    if not is_private(item.field):
        return as_text(getattr(member, item.field))
    try:
        return present(member, item.field)
    except Undecipherable:
        return None


def _other(side):
    return "first" if side == "second" else "second"
