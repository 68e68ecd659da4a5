"""身份证号 of members in lists: masked, and shown in full one at a time. Source: security.md 39, 40."""

from accounts.reveals import Revealable, enter
from accounts.services.reveals import masked
from members.models import Member
from partyplatform.masking import FieldClass, tail

ID_NUMBER = Revealable(
    "member-id-number",
    "身份证号",
    FieldClass.SECRET,
    Member,
    Member.unsealed_id_number,
    tail,
    lambda member: member.organization_id,
)
enter(ID_NUMBER)


def mask_numbers(rows: list[Member]) -> None:
    """Set `masked_number` and `uid` on the members of one page, whose list reads indexes only: one statement."""
    sealed = Member.objects.sealed_numbers([row.pk for row in rows])
    for row in rows:
        row.uid, row.masked_number = sealed[row.pk].uid, masked(ID_NUMBER, sealed[row.pk])
