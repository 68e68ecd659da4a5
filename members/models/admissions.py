"""补录申请: a person to be entered into a branch, before the record exists."""

import json
import uuid
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts import id_numbers
from accounts.sealed_id_numbers import HasIdNumber
from members.admissions import COUNTED_AS, KINDS, TONES, WAITING, AdmissionState
from members.codes import PersonCategory
from members.corrections import as_text, from_text
from members.items import BY_FIELD
from members.models.members import Member
from members.review_querysets import ADMISSION_NUMBER, AdmissionQuerySet
from orgs.models import Organization
from partyplatform import masking
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status

_MASKS = {"phone": masking.phone, "address": masking.address}


class Admission(HasIdNumber, models.Model):
    """One application. What it says of the person is sealed in one piece; the name stands beside it for lists.

    Written by `members.services.admissions`, never removed. `decider` is whose turn it is; `development` refers to the
    development on the platform that stands for the second review.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党支部")
    asking_organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="申请组织")
    decider = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核组织"
    )
    add_kind = models.CharField("增加方式", max_length=2, choices=KINDS)
    counted_as = models.CharField("统计口径", max_length=2, choices=COUNTED_AS, blank=True)
    category = models.CharField("人员类别", max_length=2, choices=PersonCategory)
    name = models.CharField("姓名", max_length=50)
    id_number_sealed = models.BinaryField("身份证号（密文）", max_length=200, blank=True, default=b"")
    id_number_index = models.CharField("身份证号（检索键）", max_length=64, blank=True, default="", editable=False)
    values_sealed = models.BinaryField("申请内容（密文）", max_length=8000, blank=True, default=b"")
    checked = models.CharField("核查情况", max_length=500, blank=True)
    reason = models.CharField("补录原因", max_length=500, blank=True)
    development = models.CharField("发展党员编号", max_length=40, blank=True)
    state = models.CharField("状态", max_length=10, choices=AdmissionState, default=AdmissionState.DRAFT)
    member = models.OneToOneField(
        Member, models.PROTECT, null=True, blank=True, related_name="admission", verbose_name="党员"
    )
    asked_by = models.CharField("申请人", max_length=120)
    asker_uid = models.UUIDField("申请人标识")
    reviewer_uid = models.UUIDField("初审人标识", null=True, blank=True)  # who passed it on; the last word is another's
    answer = models.CharField("审核意见", max_length=200, blank=True)
    decided_by = models.CharField("办理人", max_length=120, blank=True)
    created_at = models.DateTimeField("申请时间", auto_now_add=True)
    updated_at = models.DateTimeField("最近办理", auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AdmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "补录申请"
        verbose_name_plural = "补录申请"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AdmissionState.values), name="admission_state_known"),
            models.CheckConstraint(
                condition=Q(state=AdmissionState.ADMITTED, member__isnull=False)
                | (~Q(state=AdmissionState.ADMITTED) & Q(member=None)),
                name="admission_member_when_admitted",
            ),
            models.UniqueConstraint(
                fields=["id_number_index"],
                condition=Q(state__in=WAITING) & ~Q(id_number_index=""),
                name="admission_one_waiting_per_number",
            ),
        ]
        indexes = [models.Index(fields=["-updated_at"], name="admission_latest")]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:admission", args=[self.pk])

    @property
    def label(self) -> str:
        return "补录申请"

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), TONES.get(AdmissionState(self.state), ""))

    @property
    def values(self) -> dict[str, Any]:
        """{field of an Item: value}; raises `Undecipherable`."""
        texts = json.loads(VALUES.text(self) or "{}")
        return {field: from_text(field, text) for field, text in texts.items()}

    def seal_values(self, values: dict[str, Any]) -> None:
        texts = {field: as_text(value) for field, value in values.items()}
        VALUES.put(self, json.dumps(texts, ensure_ascii=False))

    def text(self, field: str) -> str:
        """Return one private item in clear, for `accounts.reveals`."""
        return str(self.values.get(field) or "")

    def shown(self, values: dict[str, Any], field: str) -> str:
        """Return one of `values` as pages print it, masked where the item is."""
        value = values.get(field)
        if field in _MASKS:
            return _MASKS[field](value) if value else ""
        return BY_FIELD[field].shown(value)


NUMBERS = enter(
    SealedColumn(
        Admission,
        "id_number_sealed",
        "补录申请的身份证号",
        place=("members_admission", "id_number"),
        index_field="id_number_index",
        index_column=ADMISSION_NUMBER,
        normalise=id_numbers.normalise,
        organization=attrgetter("organization_id"),
    )
)
VALUES = enter(
    SealedColumn(
        Admission,
        "values_sealed",
        "补录申请的内容",
        place=("members_admission", "values"),
        organization=attrgetter("organization_id"),
    )
)
