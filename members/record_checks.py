"""What a member's record must satisfy: faults refuse it, doubts are told and kept. Source: screens.md 2.5, 4.

Every function takes the record as it is to be stored and the day the question is asked.
"""

import datetime
from collections.abc import Iterator
from typing import Any

from members import codes
from members.codes import Gender, MembershipStatus, PersonCategory
from members.completeness import WORKERS
from members.items import ITEMS, Item, Kind
from orgs.dates import add_months
from partyplatform.ui.texts import cleaned

OF_AGE = 18
PROBATION = 12  # months
LONGEST_PROBATION = 24
CHARTER_OF_1982 = datetime.date(1982, 9, 6)  # before it members were confirmed by other rules


def faults(member: Any, *, today: datetime.date, id_number: str = "") -> dict[str, str]:
    """Return {field: sentence} for everything the rules refuse; empty fields are never a fault.

    `id_number` is the 公民身份证号 in clear where it is at hand; it says the sex.
    """
    found = {
        **{item.field: _code_fault(item, getattr(member, item.field)) for item in ITEMS if item.table is not None},
        "name": name_fault(member.name),
        "born_on": _not_future(member.born_on, today, "出生日期"),
        "joined_on": _joined_fault(member, today),
        "confirmed_on": _confirmed_fault(member, today),
        "is_floating": _floating_fault(member),
        "lost_since": _not_future(member.lost_since, today, "失去联系日期"),
    }
    if not found["gender"]:
        found["gender"] = _gender_fault(member.gender, id_number)
    return {field: text for field, text in found.items() if text}


def doubts(member: Any, *, id_number: str = "") -> list[str]:
    """Return sentences about what is unusual and may still be right: the personnel file decides."""
    return [sentence for _, sentence in doubtful(member, id_number=id_number)]


def doubtful(member: Any, *, id_number: str = "") -> Iterator[tuple[str, str]]:
    """Yield (kind of members.doubts, sentence) of what is unusual."""
    if id_number and member.born_on and f"{member.born_on:%Y%m%d}" != id_number[6:14]:
        yield "born", "出生日期与身份证号中的日期不一致，请核对档案"
    if member.joined_on and member.confirmed_on:
        if member.confirmed_on > add_months(member.joined_on, LONGEST_PROBATION):
            yield "long", "转正日期晚于入党日期 2 年以上，请核对是否有延长预备期或推迟讨论"
        if member.joined_on < CHARTER_OF_1982 and member.confirmed_on < add_months(member.joined_on, PROBATION):
            yield "short", "转正日期距入党日期不足 1 年，请核对档案"


def name_fault(name: str) -> str:
    """Return what is wrong with a person's name, "" when nothing is. `·` and rare characters are part of names."""
    if not name:
        return "请填写姓名"
    if any(character.isdigit() for character in name):
        return "姓名中不能有数字"
    if len(name.replace(" ", "")) == 2 and " " in name:
        return "姓名中间不能有空格"
    return "" if cleaned(name) == name else "姓名中有不能识别的字符"


def _code_fault(item: Item, code: str) -> str:
    if not code or item.table is None or item.table.is_offered(code):
        return ""
    if item.kind is Kind.REGION:
        return "" if code in codes.RETIRED_REGIONS else f"{item.label}请选择到县（区）一级"
    return f"{item.label}请从列表中选择" if code not in item.table.headings else f"{item.label}请选择到最末一级"


def _gender_fault(gender: str, id_number: str) -> str:
    if not gender or not id_number:
        return ""
    right = Gender.MALE if int(id_number[16]) % 2 else Gender.FEMALE
    return "" if gender == right else f"性别与身份证号不一致，按身份证号应为{right.label}"


def _joined_fault(member: Any, today: datetime.date) -> str:
    if member.joined_on is None:
        return ""
    if member.born_on and member.joined_on < add_months(member.born_on, 12 * OF_AGE):
        return f"入党时应年满 {OF_AGE} 周岁，请核对出生日期和入党日期"
    return _not_future(member.joined_on, today, "入党日期")


def _confirmed_fault(member: Any, today: datetime.date) -> str:
    if member.confirmed_on is None:
        return ""
    if member.category != PersonCategory.FULL:
        return "预备党员没有转正日期，转正请在“党籍管理”中办理"
    earliest = member.joined_on and add_months(member.joined_on, PROBATION)
    if earliest and member.joined_on >= CHARTER_OF_1982 and member.confirmed_on < earliest:
        return f"转正日期不能早于预备期满（{earliest:%Y-%m-%d}）"
    if member.joined_on and member.confirmed_on < member.joined_on:
        return "转正日期不能早于入党日期"
    return _not_future(member.confirmed_on, today, "转正日期")


def _floating_fault(member: Any) -> str:
    return "停止党籍的党员不能登记流动" if member.is_floating and member.status == MembershipStatus.SUSPENDED else ""


def _not_future(day: datetime.date | None, today: datetime.date, label: str) -> str:
    return f"{label}不能晚于今天" if day and day > today else ""


def settle(member: Any) -> None:
    """Empty what does not concern the record: locked on the page, counted for nobody. Source: screens.md 2.5."""
    if not member.job_post.startswith(WORKERS):
        member.is_migrant_worker = None
    if not member.is_lost:
        member.lost_since = None
    if not member.is_floating:
        member.floating_to = ""
