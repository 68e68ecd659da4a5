"""Giving a record back what it said before an import or a batch, where nobody has changed it since."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from members import record_checks
from members.models import Member
from members.services import records


def value_of(member: Member, name: str) -> Any:
    """Return what an item says, a sealed one in clear. Raises `Undecipherable`."""
    return records.SEALED[name].text(member) if name in records.SEALED else getattr(member, name)


def unchanged(member: Member, changes: Iterable[list[Any]]) -> dict[str, Any]:
    """Return {field: value of before} of the changes (field, before, after) whose new value still stands."""
    return {name: old for name, old, new in changes if value_of(member, name) == new}


def put_back(member: Member, values: Mapping[str, Any]) -> bool:
    """Give the instance earlier values; False when the rules refuse what it says then, and it is not to be saved."""
    emptied = {name for name, old in values.items() if name in records.SEALED and not old}
    records.put(member, {name: old for name, old in values.items() if name not in emptied})
    for name in emptied:
        records.SEALED[name].clear(member)
    number = member.unsealed_id_number()
    return not record_checks.faults(member, today=timezone.localdate(), id_number=number)
