"""Fields of members that are masked, and shown in full one at a time. Source: security.md 39, 40."""

from collections.abc import Callable

from accounts.reveals import Revealable, enter
from members.models import Admission, Correction, Matter, Member
from members.models.corrections import VALUES
from members.models.matters import CONTACT_PHONES
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


def _proposed(name: str, label: str, field_class: FieldClass, mask: Callable[[str], str]) -> Revealable:
    """The proposed value of a masked item, for whoever compares it with the paper."""
    return Revealable(f"correction-{name}", label, field_class, Correction, VALUES.text, mask, organization_id=_branch)


PROPOSED = (
    _proposed("id-number", "更正后的身份证号", FieldClass.SECRET, masking.ends),
    _proposed("phone", "更正后的联系方式", FieldClass.MASKED, masking.phone),
    _proposed("address", "更正后的家庭住址", FieldClass.SECRET, masking.address),
)

ADMITTED = (
    Revealable(
        "admission-id-number",
        "补录申请的身份证号",
        FieldClass.SECRET,
        Admission,
        Admission.unsealed_id_number,
        masking.short_tail,
        detail=masking.ends,
        organization_id=_branch,
    ),
    Revealable(
        "admission-phone",
        "补录申请的联系方式",
        FieldClass.MASKED,
        Admission,
        lambda row: row.text("phone"),
        masking.phone,
        organization_id=_branch,
    ),
    Revealable(
        "admission-address",
        "补录申请的家庭住址",
        FieldClass.SECRET,
        Admission,
        lambda row: row.text("address"),
        masking.address,
        organization_id=_branch,
    ),
)

MATTER_PHONE = Revealable(
    "matter-phone",
    "联系人电话",
    FieldClass.MASKED,
    Matter,
    CONTACT_PHONES.text,
    masking.phone,
    organization_id=lambda matter: matter.member.organization_id,
)

for field in (ID_NUMBER, PHONE, ADDRESS, MATTER_PHONE, *PROPOSED, *ADMITTED):
    enter(field)
