"""身份证号, phone and address of an applicant, masked and shown one at a time. Source: security.md 39, 40."""

from accounts import id_numbers
from accounts.reveals import Revealable, enter
from eforefront.models import Applicant
from eforefront.models.development import APPLICANT_ADDRESSES, APPLICANT_NUMBERS, APPLICANT_PHONES
from partyplatform import masking
from partyplatform.masking import FieldClass


def _place(applicant: Applicant) -> int:
    return applicant.organization_id


enter(
    Revealable(
        "applicant-id-number",
        "身份证号",
        FieldClass.SECRET,
        Applicant,
        APPLICANT_NUMBERS.text,
        id_numbers.masked,
        detail=id_numbers.shown,
        organization_id=_place,
    )
)
enter(
    Revealable(
        "applicant-phone",
        "联系方式",
        FieldClass.SECRET,
        Applicant,
        APPLICANT_PHONES.text,
        masking.phone,
        organization_id=_place,
    )
)
enter(
    Revealable(
        "applicant-address",
        "家庭住址",
        FieldClass.SECRET,
        Applicant,
        APPLICANT_ADDRESSES.text,
        masking.address,
        organization_id=_place,
    )
)
