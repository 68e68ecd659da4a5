"""更正申请: one proposed value of one item of one member's record."""

import uuid
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import id_numbers
from members.corrections import OPEN, REMOVAL, TONES, CorrectionState, as_text, from_text, is_private, item_of
from members.models.members import ADDRESSES, NUMBERS, PHONES, Member, masked_cell
from members.review_querysets import CorrectionQuerySet
from partyplatform import masking
from partyplatform.crypto import Undecipherable
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status

_COLUMNS = {"id_number": NUMBERS, "phone": PHONES, "address": ADDRESSES}
_MASKS = {"id_number": id_numbers.shown, "phone": masking.phone, "address": masking.address}


class Correction(models.Model):
    """Proposed by the member, or by the branch for what the level above reviews. Never removed.

    Both values are sealed, whatever item they are of: the one proposed, and the one that stood there then. Written by
    `members.services.corrections`.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="corrections", verbose_name="党员")
    field = models.CharField("项目", max_length=30)
    value_sealed = models.BinaryField("新值（密文）", max_length=1000)
    base_sealed = models.BinaryField("原值（密文）", max_length=1000, blank=True, default=b"")
    reason = models.CharField("申请理由", max_length=200)
    state = models.CharField("状态", max_length=10, choices=CorrectionState, default=CorrectionState.PROPOSED)
    is_own = models.BooleanField("本人申请", default=True)
    proposed_by = models.CharField("申请人", max_length=120)
    proposer_uid = models.UUIDField("申请人标识")
    proposed_at = models.DateTimeField("申请时间", auto_now_add=True)
    answer = models.CharField("答复", max_length=200, blank=True)
    decided_by = models.CharField("办理人", max_length=120, blank=True)
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = "更正申请"
        verbose_name_plural = "更正申请"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CorrectionState.values), name="correction_state_known"),
            models.UniqueConstraint(
                fields=["member", "field"], condition=Q(state__in=OPEN), name="correction_one_open_per_item"
            ),
        ]
        indexes = [models.Index(fields=["-proposed_at"], condition=Q(state__in=OPEN), name="correction_open")]

    def __str__(self):
        return f"{self.member}：{self.label}"

    def get_absolute_url(self) -> str:
        return reverse("members:correction", args=[self.pk])

    @property
    def name(self) -> str:
        return self.member.name

    @property
    def organization_id(self) -> int:
        return self.member.organization_id

    @property
    def label(self) -> str:
        return item_of(self.field).label

    @property
    def title(self) -> str:
        return "误录删除申请" if self.field == REMOVAL.field else f"更正{self.label}"

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), TONES.get(CorrectionState(self.state), ""))

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_private(self) -> bool:
        return is_private(self.field)

    @property
    def reveal_name(self) -> str:
        """The name under which the new value can be shown in full."""
        return f"correction-{self.field.replace('_', '-')}"

    @property
    def shown_value(self) -> str:
        """The proposed value as pages print it, masked where the item is."""
        return self._shown(VALUES)

    @property
    def shown_base(self) -> str:
        return self._shown(BASES)

    def _shown(self, column: SealedColumn) -> str:
        if self.is_private:
            return masked_cell(column, self, _MASKS[self.field])
        try:
            return item_of(self.field).shown(from_text(self.field, column.text(self)))
        except Undecipherable:
            return "无法解密"

    @property
    def shown_present(self) -> str:
        """What the record says now, as pages print it."""
        if self.is_private:
            return getattr(self.member, f"shown_{self.field}")
        return item_of(self.field).shown(_value(self.member, self.field))

    @property
    def is_overtaken(self) -> bool:
        """Whether the record was changed since: the item says something else than when the proposal was made."""
        try:
            return BASES.text(self) != present(self.member, self.field)
        except Undecipherable:
            return True


def present(member: Member, field: str) -> str:
    """Return the text of what a record says of an item; raises `Undecipherable`."""
    if is_private(field):
        return _COLUMNS[field].text(member)
    return as_text(_value(member, field))


def _value(member: Member, field: str) -> Any:
    """Return what a record says of an item; for 误录删除 where the membership stands."""
    return member.get_status_display() if field == REMOVAL.field else getattr(member, field)


VALUES = enter(
    SealedColumn(
        Correction,
        "value_sealed",
        "更正申请的新值",
        place=("members_correction", "value"),
        organization=attrgetter("member.organization_id"),
    )
)
BASES = enter(
    SealedColumn(
        Correction,
        "base_sealed",
        "更正申请的原值",
        place=("members_correction", "base"),
        organization=attrgetter("member.organization_id"),
    )
)
