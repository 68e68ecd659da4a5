"""信息审核: the one list of whoever decides, and deciding several at once. Source: screens.md 2.11."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property

from accounts.powers import Power
from members import reviewing
from members.forms.corrections import MOST, BatchForm
from members.services.reviewing import settle_many
from partyplatform.ui.columns import Column
from partyplatform.ui.forms import FilterForm
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped

COUNTED = 1000
COLUMNS = (
    Column("类型", "kind", width=12, fit=True),
    Column("人员", "name", link="get_absolute_url", fit=True),
    Column("组织", "place", width=30),
    Column("事项", "what"),
    Column("原值", "before", width=24),
    Column("新值", "after", width=24),
    Column("提交人", "by", fold=True),
    Column("时间", "at", width=18),
    Column("状态", "status", kind="tag"),
)


class ReviewFilter(FilterForm):
    scope = forms.ChoiceField(label="范围", choices=reviewing.SCOPES)
    kind = forms.ChoiceField(label="类型", choices=())

    def __init__(self, *args, role, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "全部"), *((kind.letter, kind.label) for kind in reviewing.kinds_for(role))]

    @property
    def asked(self):
        return self.values.get("scope", reviewing.MINE)


class Reviews(Scoped, ListPage):
    needs = Power.EDIT_MEMBER
    columns = COLUMNS
    count_cap = COUNTED
    template_name = "members/reviews.html"

    @cached_property
    def filters(self):
        return ReviewFilter(self.request.GET or None, role=self.request.role)

    def chosen(self):
        return reviewing.matters(
            self.request.role, scope=self.filters.asked, letter=self.filters.values.get("kind", "")
        )

    def get_context_data(self, **kwargs):
        self.object_list = reviewing.read(self.request.role, [row[:2] for row in self.object_list])
        return super().get_context_data(
            is_mine=self.filters.asked == reviewing.MINE,
            nothing="没有等待您审核的事项。" if self.filters.asked == reviewing.MINE else "没有符合条件的事项。",
            **kwargs,
        )


class DecideMany(FormPage):
    """The ticked matters once more, with one answer for all; what could not be decided is named with its reason."""

    needs = Power.EDIT_MEMBER
    form_class = BatchForm
    template_name = "members/review_many.html"

    @property
    def source(self):
        return self.request.POST if self.request.method == "POST" else self.request.GET

    @property
    def accept(self):
        return self.source.get("verb") != "refuse"

    @cached_property
    def chosen(self):
        """The ticked lines; one that is foreign spoils the whole choice. Source: security.md 34."""
        keys = reviewing.keys_of(self.source.getlist("ids"))
        if keys is None or len(keys) > MOST:
            raise Http404
        found = reviewing.read(self.request.role, keys)
        if len(found) != len(set(keys)):
            raise Http404
        return found

    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs) if self.chosen else self._nothing_chosen()

    def post(self, request, *args, **kwargs):
        return super().post(request, *args, **kwargs) if self.chosen else self._nothing_chosen()

    def _nothing_chosen(self):
        messages.error(self.request, "请先勾选要审核的事项")
        return redirect("members:reviews")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "accept": self.accept}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.also_sent = ("ids", "verb")
        return form

    def act(self, form):
        rows = [matter.subject for matter in self.chosen]
        return settle_many(rows, accept=self.accept, answer=form.cleaned_data["answer"], by=self.request.role)

    def location(self, result):
        verb = "通过" if self.accept else "退回"
        done = [row for row, why in result if not why]
        if done:
            messages.success(self.request, f"已{verb} {len(done)} 项")
        for row, why in result:
            if why:
                messages.warning(self.request, f"{row.name} {row.label}：未办理，{why}")
        return reverse("members:reviews")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            chosen=self.chosen,
            columns=COLUMNS,
            accept=self.accept,
            title="批量通过" if self.accept else "批量退回",
            **kwargs,
        )
