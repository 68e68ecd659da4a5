"""提醒 of the portal: what falls due in reach, as 党内信息管理系统 shows it. Source: workflows.md 11."""

from django.conf import settings
from django.contrib import messages
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.powers import Power
from eforefront.forms.members import ReminderFilter
from eforefront.forms.reminders import AddressForm
from eforefront.services import digests
from members.reminders import COLUMNS, board
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import FormPage, Scoped


class Reminders(Scoped, ListPage):
    """One kind at a time, the most urgent first."""

    needs = Power.VIEW_MEMBERS
    columns = COLUMNS
    count_cap = 1000
    filter_class = ReminderFilter
    template_name = "eforefront/reminders.html"

    @cached_property
    def board(self):
        asked = self.request.GET.get("kind", "")
        return board(self.request.role, timezone.localdate(), asked=asked, base=reverse("eforefront:reminders"))

    def chosen(self):
        return self.board.rows(self.filters.values)

    def get_context_data(self, **kwargs):
        self.object_list = self.board.lines(self.object_list)
        return super().get_context_data(board=self.board, sends_mail=settings.REMINDER_EMAILS, **kwargs)


class MailAddress(FormPage):
    """Where the daily digest goes: the reader's own address, and nobody else's."""

    needs = Power.USE_PORTAL
    form_class = AddressForm
    template_name = "eforefront/reminder_address.html"

    def act(self, form):
        digests.set_address(form.cleaned_data["address"], by=self.request.role)
        return form.cleaned_data["address"]

    def location(self, result):
        messages.success(self.request, "已登记提醒邮箱" if result else "已取消提醒邮箱")
        return reverse("eforefront:reminder_address")

    def get_context_data(self, **kwargs):
        shown = digests.shown_address(self.request.user)
        return super().get_context_data(shown=shown, is_on=settings.REMINDER_EMAILS, **kwargs)
