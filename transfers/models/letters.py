"""介绍信: what a committee gave a member to take along."""

import uuid
from operator import attrgetter

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orgs.models import Organization
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status
from transfers.codes import LetterState
from transfers.models.transfers import Transfer
from transfers.querysets import LetterQuerySet

_TONES = {LetterState.VALID: "green", LetterState.RECEIPTED: "blue", LetterState.EXPIRED: "red"}


class LetterSeries(models.Model):
    """The last number a committee gave in a year. Its row is locked while one is given: no gaps, no doubles."""

    committee = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="基层党委"
    )
    year = models.PositiveSmallIntegerField("年度")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = "介绍信编号"
        verbose_name_plural = "介绍信编号"
        constraints = [models.UniqueConstraint(fields=["committee", "year"], name="letter_series_once")]

    def __str__(self):
        return f"{self.committee_id} {self.year}: {self.last}"


class Letter(models.Model):
    """One letter as it was issued. `facts` are sealed: they hold the 身份证号, and are what is printed and signed.

    Written by `transfers.services.letters`; a letter is never changed, it only ends.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="letters", db_index=False, verbose_name="组织关系转接"
    )
    committee = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="开具党委"
    )
    year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("编号")
    state = models.CharField("状态", max_length=10, choices=LetterState, default=LetterState.VALID)
    issued_on = models.DateField("开具日期")
    valid_until = models.DateField("有效期至")
    ended_on = models.DateField("失效日期", null=True, blank=True)
    facts_sealed = models.BinaryField("介绍信内容（密文）", max_length=8000)
    check_sealed = models.BinaryField("核验码（密文）", max_length=200)
    check_index = models.CharField("核验码（检索键）", max_length=64, unique=True, editable=False)
    key_id = models.CharField("签名密钥", max_length=32)
    signature = models.CharField("签名", max_length=100)
    issued_by = models.CharField("开具人", max_length=120)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "介绍信"
        verbose_name_plural = "介绍信"
        constraints = [
            models.UniqueConstraint(fields=["committee", "year", "number"], name="letter_number_once"),
            models.UniqueConstraint(
                fields=["transfer"], condition=Q(state=LetterState.VALID), name="letter_one_valid_each"
            ),
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state_known"),
        ]
        indexes = [models.Index(fields=["transfer", "-id"], name="letter_of_transfer")]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """编号 as it is printed: 2026-000187."""
        return f"{self.year}-{self.number:06d}"

    @property
    def status(self) -> Status:
        """What the letter is worth: a 已回执 one was used, one whose last day is over is 已过期 already."""
        state = LetterState(self.state)
        if state is LetterState.VALID and self.valid_until < timezone.localdate():
            state = LetterState.EXPIRED
        return Status(state.label, _TONES.get(state, ""))


FACTS = enter(
    SealedColumn(
        Letter,
        "facts_sealed",
        "介绍信内容",
        place=("transfers_letter", "facts"),
        organization=attrgetter("committee_id"),
    )
)
CHECKS = enter(
    SealedColumn(
        Letter,
        "check_sealed",
        "介绍信核验码",
        place=("transfers_letter", "check"),
        index_field="check_index",
        index_column="letter check",
        organization=attrgetter("committee_id"),
    )
)
