"""提醒 of the portal: what falls due in reach, as 党内信息管理系统 shows it. Source: workflows.md 11."""

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.powers import Power
from eforefront.forms.members import ReminderFilter
from members.reminders import COLUMNS, board
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped


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
        return super().get_context_data(board=self.board, **kwargs)
