"""待办工作, 未办结工作, 即将办理工作, 转出和转入历史记录, 审批记录查询. Source: screens.md 3.6."""

from django.utils import timezone
from django.views.generic import TemplateView

from accounts.powers import Power
from orgs.dates import add_months
from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped
from transfers import timeline, workflow
from transfers.forms.filters import RecordFilter, TransferFilter
from transfers.models import Transfer, TransferEvent
from transfers.offers import passable

COUNTED = 1000
RETURNED = 14  # days a transfer that was sent back is shown to whoever started it
COLUMNS = (
    Column("编号", "number", kind="code", link="get_absolute_url"),
    Column("姓名", "name", fit=True),
    Column("类型", "get_type_display", fit=True),
    Column("转出组织", "source_name", width=30),
    Column("转入组织", "target_name", width=30),
    Column("发起日期", "started_on", kind="date"),
    Column("有效期至", "valid_until", kind="date", fold=True),
    Column("当前环节", "stage_label", tags="urgencies"),
    Column("状态", "status", kind="tag"),
)
RECORDS = (
    Column("时间", "at", fit=True),
    Column("编号", "transfer.number", kind="code", link="transfer.get_absolute_url"),
    Column("姓名", "transfer.name", fit=True),
    Column("类型", "transfer.get_type_display", fit=True),
    Column("办理事项", "sentence"),
    Column("办理组织", "place", width=30),
    Column("办理人", "by_name", fit=True),
    Column("意见", "remark", fold=True),
)


class TransferList(Scoped, ListPage):
    """One of the lists, told apart by `kind`."""

    model = Transfer
    needs = Power.VIEW_TRANSFERS
    columns = COLUMNS
    filter_class = TransferFilter
    count_cap = COUNTED
    template_name = "transfers/list.html"
    kind = heading = told = ""

    def get_queryset(self):
        role, today = self.request.role, timezone.localdate()
        rows = Transfer.objects.only("pk")  # cut into pages in the indexes; the rows of a page are read by their ids
        match self.kind:
            case "waiting":
                return rows.waiting_for(role, today=today).order_by("due_on", "pk")
            case "unfinished":
                return self.of_way(rows).unfinished().newest_first()
            case "coming":
                return rows.coming_to(role).newest_first()
            case "left":
                return rows.leaving(role).finished().newest_first()
        return rows.arriving(role).finished().newest_first()

    def of_way(self, rows):
        role = self.request.role
        match self.filters.values.get("way"):
            case "arriving":
                return rows.arriving(role)
            case "leaving":
                return rows.leaving(role)
        return rows.visible_to(role)

    def get_context_data(self, **kwargs):
        role = self.request.role
        self.object_list = Transfer.objects.in_order([row.pk for row in self.object_list])
        is_own = self.kind == "waiting" and role.can(Power.HANDLE_TRANSFERS)
        if is_own:
            for row in self.object_list:
                row.can_pass = passable(row, role, today=timezone.localdate()) is not None
        returned = Transfer.objects.listed().returned_to(role, since=timezone.localdate(), days=RETURNED)
        return super().get_context_data(
            heading=self.heading,
            told=self.told,
            returned=list(returned[:COUNTED]) if self.kind == "waiting" else (),
            owed=self._owed() if is_own else (),
            may_start=role.can(Power.HANDLE_TRANSFERS),
            may_pass=is_own and any(row.can_pass for row in self.object_list),
            batch=self.filters.values.get("batch", "") if is_own else "",
            **kwargs,
        )

    def _owed(self):
        """市外转入 whose receipt the own committee has still to send, with the last day for it."""
        rows = list(Transfer.objects.to_answer(self.request.role).listed()[:COUNTED])
        for row in rows:
            row.answer_by = add_months(row.finished_on, workflow.RECEIPT_MONTHS)
            row.is_late = row.answer_by < timezone.localdate()
        return rows


class Records(Scoped, ListPage):
    """审批记录查询: what organisations in reach did with transfers."""

    model = TransferEvent
    needs = Power.VIEW_TRANSFERS
    columns = RECORDS
    filter_class = RecordFilter
    count_cap = COUNTED
    template_name = "transfers/list.html"

    def get_queryset(self):
        return super().get_queryset().only("pk").newest_first()  # as the lists above

    def get_context_data(self, **kwargs):
        self.object_list = TransferEvent.objects.in_order([row.pk for row in self.object_list])
        told = "本组织及下级党组织办理过的事项，最近的在前。"
        return super().get_context_data(heading="审批记录查询", told=told, **kwargs)


class OwnTransfers(Scoped, TemplateView):
    """我的转接: the reader's own transfers and how far they are."""

    needs = Power.VIEW_OWN_RECORD
    template_name = "transfers/own.html"

    def get_context_data(self, **kwargs):
        rows = Transfer.objects.of_user(self.request.user).with_steps().newest_first()
        today = timezone.localdate()
        lines = [(row, timeline.marks(row, row.steps.all(), today=today)) for row in rows]
        return super().get_context_data(transfers=lines, **kwargs)
