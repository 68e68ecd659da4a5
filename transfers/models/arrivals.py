"""What somebody brings along who comes from outside the platform: the letter, and what the new record will say."""

import datetime
import json
import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from accounts import id_numbers
from accounts.sealed_id_numbers import HasIdNumber
from members import codes
from members.codes import PersonCategory
from members.corrections import as_text, from_text
from partyplatform import phones
from partyplatform.sealing import SealedColumn, enter
from transfers.models.transfers import Transfer
from transfers.querysets import ArrivalQuerySet


class Arrival(HasIdNumber, models.Model):
    """The letter of a 市外转入 and the person it speaks of. 开具组织 is the transfer's `heading`."""

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    transfer = models.OneToOneField(Transfer, models.PROTECT, related_name="arrival", verbose_name="转接")
    id_number_sealed = models.BinaryField("身份证号（密文）", max_length=200)
    id_number_index = models.CharField("身份证号（检索键）", max_length=64, db_index=True, editable=False)
    phone_sealed = models.BinaryField("联系方式（密文）", max_length=200, blank=True, default=b"")
    category = models.CharField("人员类别", max_length=2, choices=PersonCategory)
    ethnicity = models.CharField("民族", max_length=2, blank=True)
    joined_on = models.DateField("入党日期")
    confirmed_on = models.DateField("转正日期", null=True, blank=True)
    values_sealed = models.BinaryField("其他党员信息（密文）", max_length=4000, blank=True, default=b"")
    letter_number = models.CharField("介绍信编号", max_length=40)
    letter_on = models.DateField("开具日期")
    letter_days = models.PositiveSmallIntegerField("介绍信有效期（天）")
    letter_phone = models.CharField("开具组织联系电话", max_length=30, blank=True)

    receipt_sent_on = models.DateField("回执寄出日期", null=True, blank=True)

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        verbose_name = "市外转入"
        verbose_name_plural = "市外转入"
        constraints = [
            models.CheckConstraint(condition=Q(category__in=PersonCategory.values), name="arrival_category_known"),
            models.CheckConstraint(condition=Q(letter_days__range=(1, 90)), name="arrival_days_known"),
        ]
        indexes = [models.Index(fields=["transfer"], condition=Q(receipt_sent_on=None), name="arrival_unanswered")]

    def __str__(self):
        return self.letter_number

    @property
    def name(self) -> str:
        return self.transfer.name

    @property
    def ethnicity_label(self) -> str:
        return codes.ETHNICITIES.display(self.ethnicity)

    @property
    def values(self) -> dict[str, Any]:
        """{field of an Item: value} of what was entered beside the letter; raises `Undecipherable`."""
        texts = json.loads(VALUES.text(self) or "{}")
        return {field: from_text(field, text) for field, text in texts.items()}

    def seal_values(self, values: dict[str, Any]) -> None:
        texts = {field: as_text(value) for field, value in values.items()}
        VALUES.put(self, json.dumps(texts, ensure_ascii=False))

    @property
    def last_day(self) -> datetime.date:
        """The last day of the letter."""
        return self.letter_on + datetime.timedelta(days=self.letter_days)


NUMBERS = enter(
    SealedColumn(
        Arrival,
        "id_number_sealed",
        "身份证号",
        place=("transfers_arrival", "id_number"),
        index_field="id_number_index",
        index_column="transfers.arrival.id_number",
        normalise=id_numbers.normalise,
        organization=lambda row: row.transfer.target_id,
    )
)
PHONES = enter(
    SealedColumn(
        Arrival,
        "phone_sealed",
        "联系方式",
        place=("transfers_arrival", "phone"),
        normalise=phones.normalise,
        organization=lambda row: row.transfer.target_id,
    )
)
VALUES = enter(
    SealedColumn(
        Arrival,
        "values_sealed",
        "转入党员的信息",
        place=("transfers_arrival", "values"),
        organization=lambda row: row.transfer.target_id,
    )
)
