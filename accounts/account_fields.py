"""Fields of accounts that are masked, and shown in full one at a time. Source: security.md 39, 40."""

from accounts.models import User
from accounts.models.users import home_of
from accounts.reveals import Revealable, enter
from partyplatform import masking
from partyplatform.masking import FieldClass

ID_NUMBER = Revealable(
    "account-id-number",
    "登录名（身份证号）",
    FieldClass.SECRET,
    User,
    User.unsealed_id_number,
    masking.short_tail,
    detail=masking.ends,
    organization_id=home_of,
)

enter(ID_NUMBER)
