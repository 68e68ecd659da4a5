"""党费基数 in 扩展信息集 of a member's record: what dues are reckoned from, masked. Source: screens.md 2.5."""

from typing import Any

from django.utils import timezone

from eforefront.dues_reveals import hidden
from eforefront.querysets.dues import in_force
from members.told import Fact, tells


@tells("extended")
def base(member: Any) -> list[Fact]:
    """The base itself says what somebody earns: it is shown in full on the page of 党费收缴 only, one at a time."""
    standard = in_force([member.pk], timezone.localdate().replace(day=1)).get(member.pk)
    if standard is None:
        return [("党费基数", "未核定")]
    said = hidden(standard.category) if standard.has_base else f"{standard.category_label}，不按基数计算"
    return [("党费基数", said)]
