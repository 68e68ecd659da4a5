"""One line of 批量转接: whose 组织关系 is to go where, as it was typed. Source: screens.md 3.6; workflows.md 3.4."""

from dataclasses import dataclass
from typing import Any

from partyplatform.excel.records import SheetRow
from transfers.codes import Cause

NAME, NUMBER, CODE, TARGET = "name", "id_number", "target_code", "target_name"
HEADING, DESTINATION, CAUSE, DUES, DAYS, NOTE = "heading", "destination", "cause", "dues_paid_to", "valid_days", "note"
HEADINGS = {
    NAME: "姓名",
    NUMBER: "公民身份证号",
    CODE: "转入组织编码",
    TARGET: "转入组织名称",
    HEADING: "抬头（接收党组织名称）",
    DESTINATION: "转往（去何单位）",
    CAUSE: "转接原因",
    DUES: "党费交至",
    DAYS: "介绍信有效期（天）",
    NOTE: "说明",
}
REQUIRED = (NAME, NUMBER, CAUSE, DUES)
INSIDE, OUTSIDE = (CODE, TARGET), (HEADING, DESTINATION)


@dataclass
class Order(SheetRow):
    """What `services.starting.start` is asked for, of one member."""

    headings = HEADINGS
    dates = (DUES,)

    @property
    def goes_outside(self) -> bool:
        return HEADING in self.values or DESTINATION in self.values

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `start` beside member, target and actor."""
        values = {"cause": Cause.OTHER, NOTE: "", **self.values}
        names = (CAUSE, DUES, NOTE, *(OUTSIDE if self.goes_outside else ()))
        return {name: values[name] for name in names} | {DAYS: values.get(DAYS)}
