"""The entries of the menu that lead to the audit, and what counts at the bell."""

from typing import Any

from partyplatform.ui.menu import INFO, Item, menu_item
from partyplatform.ui.todos import counts_todos

from .actions import name_actions
from .models import Alarm
from .querysets import AlarmQuerySet

ACTIONS = {"audit.handle_alarm": "处置告警", "audit.export": "导出审计记录"}
PAGES = (
    Item("审计记录", "audit:records", "view_audit", order=8),
    Item("告警", "audit:alarms", "view_alarms", order=9),
)

menu_item(INFO, "权限配置", order=5, children=PAGES)
name_actions(ACTIONS)


@counts_todos
def open_alarms(role: Any) -> list[AlarmQuerySet]:
    """The alarms that wait for the role's own organisation."""
    return [Alarm.objects.open().addressed_to(role)] if role.can("handle_alarms") else []
