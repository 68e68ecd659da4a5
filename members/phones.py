"""Tells accounts which phones a person has, so that none of them becomes a password."""

from accounts.models import User
from accounts.phones import knows_phones
from members.models import Member
from members.models.members import PHONES
from partyplatform.crypto import Undecipherable


@knows_phones
def phones_of(user: User) -> list[str]:
    """Return the phone in the record of this person; none that cannot be read."""
    member = Member.objects.filter(user=user).first()
    try:
        phone = PHONES.text(member) if member is not None else ""
    except Undecipherable:
        phone = ""
    return [phone] if phone else []
