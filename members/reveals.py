"""Fields of members that are masked, and shown in full one at a time. Source: security.md 39, 40."""

from accounts.reveals import Revealable, enter
from members.models import Member
from members.models.members import ADDRESSES, PHONES
from partyplatform import masking
from partyplatform.masking import FieldClass


def _branch(member):
    return member.organization_id


ID_NUMBER = Revealable(
    "member-id-number",
    "身份证号",
    FieldClass.SECRET,
    Member,
    Member.unsealed_id_number,
    masking.short_tail,
    detail=masking.ends,
    organization_id=_branch,
)
PHONE = Revealable(
    "member-phone", "联系方式", FieldClass.MASKED, Member, PHONES.text, masking.phone, organization_id=_branch
)
ADDRESS = Revealable(
    "member-address", "家庭住址", FieldClass.SECRET, Member, ADDRESSES.text, masking.address, organization_id=_branch
)

for field in (ID_NUMBER, PHONE, ADDRESS):
    enter(field)
