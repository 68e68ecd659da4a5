"""Fields of persons that lists and pages mask and that can be shown in full, one field of one person at a time.

An app enters its own in AppConfig.ready(): `enter(Revealable("member-id-number", "身份证号", …))`. The page, the count
and the record are `accounts.views.reveals` and `accounts.services.reveals`. Source: security.md 39, 40.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.powers import Power
from partyplatform.masking import FieldClass

UNDECIPHERABLE = "无法解密"


@dataclass(frozen=True, slots=True)
class Revealable:
    """One field. `model` has a `uid` and a `visible_to`; `read` returns the text or raises `Undecipherable`.

    `mask` is that of lists, `detail` that of the page of one person where it shows more. `organization_id` says to
    which organisation the record of showing it belongs; None to that of the reader.
    """

    name: str  # in the address
    label: str
    field_class: FieldClass
    model: Any
    read: Callable[[Any], str]
    mask: Callable[[str], str]
    detail: Callable[[str], str] | None = None
    organization_id: Callable[[Any], int | None] = lambda person: None
    power: str = Power.REVEAL_FIELDS


_fields: dict[str, Revealable] = {}


def enter(field: Revealable) -> None:
    """Enter a field; raises ValueError for a name that means another one already."""
    if _fields.setdefault(field.name, field) != field:
        raise ValueError(f"{field.name} is entered already")


def find(name: str) -> Revealable | None:
    return _fields.get(name)
