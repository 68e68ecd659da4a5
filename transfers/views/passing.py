"""批量通过: the ticked steps of 待办工作, each shown, each passed for itself. Source: workflows.md 3.4; issue 5."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.powers import Power
from partyplatform.ui.columns import Column
from partyplatform.ui.texts import is_number
from partyplatform.ui.views import FormPage
from transfers.forms.batches import PassForm
from transfers.models import Transfer
from transfers.offers import passable
from transfers.services import batches
from transfers.views.batches import carried_out
from transfers.views.detail import AGREED, MENU

COLUMNS = (
    Column("编号", "number", kind="code", link="get_absolute_url"),
    Column("姓名", "name"),
    Column("类型", "get_type_display"),
    Column("转出组织", "source_name", width=30),
    Column("转入组织", "target_name", width=30),
    Column("环节", "get_stage_display"),
    Column("通过后", "consequence"),
)
NOTHING = "请先勾选由本组织办理、可以通过的转接"


class PassMany(FormPage):
    """Every ticked step once more, with what follows from it; then each is passed, or its reason is told.

    Some of them settle where a member belongs, so all of them ask for a fresh proof (security.md 24).
    """

    needs = Power.HANDLE_TRANSFERS
    form_class = PassForm
    template_name = "transfers/batches/pass.html"
    extra_context = MENU
    proof = True

    @property
    def source(self):
        return self.request.POST if self.request.method == "POST" else self.request.GET

    @cached_property
    def chosen(self):
        """The ticked transfers in reach that can be passed; one that is out of reach spoils the whole choice."""
        role, today = self.request.role, timezone.localdate()
        rows = Transfer.objects.whole()
        if number := self.request.GET.get("batch", ""):
            found = list(rows.waiting_for(role, today=today).in_batch(number[:30]).order_by("pk")[: batches.MOST])
        else:
            found = self._ticked(rows.visible_to(role))
        return [_told(row, step) for row in found if (step := passable(row, role, today=today))]

    def _ticked(self, rows):
        asked = self.source.getlist("ids")
        ids = {int(text) for text in asked if is_number(text, digits=18)}
        found = list(rows.filter(pk__in=ids).order_by("pk")) if ids else []
        if len(ids) != len(set(asked)) or len(found) != len(ids) or len(ids) > batches.MOST:
            raise Http404
        return found

    @property
    def versions(self):
        """{id: version} as the page showed them."""
        pairs = (text.partition(":") for text in self.request.POST.getlist("seen"))
        return {
            int(pk): int(version)
            for pk, _, version in pairs
            if is_number(pk, digits=18) and is_number(version, digits=9)
        }

    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs) if self.chosen else self._nothing()

    def post(self, request, *args, **kwargs):
        self.chosen  # noqa: B018 (raises Http404 for a foreign one)
        return super().post(request, *args, **kwargs)

    def _nothing(self):
        messages.error(self.request, NOTHING)
        return redirect("transfers:waiting")

    def get_initial(self):
        return {"remark": AGREED}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.also_sent = ("ids", "seen")
        return form

    def act(self, form):
        """Keep which steps are passed, in the version that was seen; what happened since is told row by row."""
        seen = self.versions
        asked = [int(text) for text in self.request.POST.getlist("ids") if is_number(text, digits=18)]
        rows = Transfer.objects.visible_to(self.request.role).whole().filter(pk__in=asked)
        pairs = [(row, seen.get(row.pk, 0)) for row in rows.order_by("pk")]
        return batches.keep_passing(pairs, remark=form.cleaned_data["remark"], by=self.request.role)

    def form_valid(self, form):
        answer = super().form_valid(form)
        if not hasattr(self, "kept"):
            return answer
        return carried_out(self.request, self.kept)

    def location(self, result):
        self.kept = result
        return result.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(chosen=self.chosen, columns=COLUMNS, **kwargs)


def _told(transfer, step):
    """Give a transfer the words of what follows when it is passed."""
    transfer.consequence = f"{step.label}：{'；'.join(effect.value for effect in step.effects)}"
    return transfer
