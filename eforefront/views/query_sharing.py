"""查询统计: shared queries of organisations below, whose sharing the level above may take back."""

from functools import cached_property

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.urls import reverse

from accounts.powers import Power
from eforefront.forms.queries import WithdrawForm
from eforefront.models import SavedQuery
from eforefront.queries import describing
from eforefront.queries.checking import Checked
from eforefront.services import queries as services
from eforefront.views.queries import SAVED_COLUMNS, SECTION
from partyplatform.crypto import Undecipherable
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped

COLUMNS = (
    Column("查询名称", "name", width=30),
    *SAVED_COLUMNS[1:-1],
    Column("操作", "uid", cell="eforefront/queries/_withdraw_action.html", acts=True),
)


class SharedBelow(Scoped, ListPage):
    """下级共享的查询: also those of people who have left."""

    model = SavedQuery
    needs = Power.QUERY
    columns = COLUMNS
    template_name = "eforefront/queries/shared_below.html"
    extra_context = SECTION

    def get_queryset(self):
        return SavedQuery.objects.withdrawable_by(self.request.role).listed()


class Withdraw(FormPage):
    """Take back the sharing of one of them, with a reason; its owner keeps the query."""

    needs = Power.QUERY
    form_class = WithdrawForm
    template_name = "eforefront/queries/withdraw.html"
    target = ("saved",)
    extra_context = SECTION

    @cached_property
    def saved(self):
        role, uid = self.request.role, self.kwargs["uid"]
        found = SavedQuery.objects.shared_in_reach(role).select_related("organization").filter(uid=uid).first()
        if found is None:
            raise Http404
        if not SavedQuery.objects.withdrawable_by(role).filter(pk=found.pk).exists():
            raise PermissionDenied(services.WITHDRAWN_ABOVE)
        return found

    @property
    def described(self):
        """What is asked, as far as the reader may read it."""
        try:
            checked = Checked(self.saved.query, self.request.role)
        except (ValidationError, Undecipherable):
            return ""
        return describing.described(checked.query, checked.places) if checked.subject is not None else ""

    def get_initial(self):
        return {"version": self.saved.version}

    def act(self, form):
        return services.withdraw(self.saved, by=self.request.role, **form.cleaned_data)

    def location(self, result):
        messages.success(self.request, f"已收回“{result.name}”的共享，查询仍由{result.owner_name}保存")
        return reverse("queries:shared_below")

    def get_context_data(self, **kwargs):
        return super().get_context_data(saved=self.saved, described=self.described, **kwargs)
