"""计算基数, masked and shown one at a time: it says what somebody earns. Source: security.md 39, 40."""

from accounts.reveals import Revealable, enter
from eforefront.models import DuesStandard
from eforefront.models.dues_standards import BASES
from partyplatform.masking import FieldClass

HIDDEN = "******"


def hidden(base: str) -> str:
    """Return nothing of an income: every digit of it would tell something."""
    return HIDDEN if base else ""


BASE = Revealable(
    "dues-base",
    "计算基数",
    FieldClass.SECRET,
    DuesStandard,
    BASES.text,
    hidden,
    organization_id=lambda standard: standard.member.organization_id,
)
enter(BASE)
