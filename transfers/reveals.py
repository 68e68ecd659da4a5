"""What the checking committee may see in full of somebody who arrives. Source: security.md 39, 40."""

from accounts.reveals import Revealable, enter
from partyplatform import masking
from partyplatform.masking import FieldClass
from transfers.models import Arrival
from transfers.models.arrivals import PHONES


def _branch(arrival):
    return arrival.transfer.target_id


ID_NUMBER = Revealable(
    "arrival-id-number",
    "身份证号",
    FieldClass.SECRET,
    Arrival,
    Arrival.unsealed_id_number,
    masking.short_tail,
    detail=masking.ends,
    organization_id=_branch,
)
PHONE = Revealable(
    "arrival-phone", "联系方式", FieldClass.MASKED, Arrival, PHONES.text, masking.phone, organization_id=_branch
)
for field in (ID_NUMBER, PHONE):
    enter(field)
