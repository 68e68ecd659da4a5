"""How applicants come in by themselves: 串码, 二维码登记, what they hand in. Source: screens.md 3.5."""

import uuid
from operator import attrgetter

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts import id_numbers
from accounts.sealed_id_numbers import HasIdNumber
from eforefront.codes import DEVELOPMENT_STEPS
from eforefront.models.development import Applicant
from eforefront.models.development_records import DevelopmentFile
from eforefront.querysets.development_ways import (
    ApplicantCodeQuerySet,
    HandInQuerySet,
    OfBranchQuerySet,
    SelfRegistrationQuerySet,
)
from members.codes import Gender
from members.models.members import masked_cell
from orgs.models import Organization
from partyplatform import masking, phones
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status

TRIES = 5  # of one 串码 with numbers that do not fit


class HandIn(models.Model):
    """入党申请书 or 转正申请书, handed in by the person; the branch accepts it, which records the step, or returns it.

    Written by `eforefront.services.development.handing_in`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待审核"
        PASSED = "passed", "审核通过"
        RETURNED = "returned", "退回"

    applicant = models.ForeignKey(Applicant, models.PROTECT, related_name="hand_ins", verbose_name="发展党员")
    step = models.CharField("步骤", max_length=2, choices=DEVELOPMENT_STEPS.choices)
    on = models.DateField("申请日期")
    file = models.ForeignKey(DevelopmentFile, models.PROTECT, related_name="+", verbose_name="材料")
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField("退回原因", max_length=200, blank=True)
    at = models.DateTimeField("递交时间", default=timezone.now)
    decided_by = models.CharField("审核人", max_length=120, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HandInQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "本人递交的申请"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["applicant"], condition=Q(state="waiting"), name="hand_in_one_waiting"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "passed", "returned"]), name="hand_in_state_known"
            ),
            models.CheckConstraint(condition=Q(step__in=["01", "22"]), name="hand_in_of_a_step_of_the_person"),
        ]

    def __str__(self):
        return f"{self.on:%Y-%m-%d} {self.file.paper}"

    @property
    def url(self) -> str:
        return reverse("eforefront:hand_in", args=[self.pk])

    @property
    def status(self) -> Status:
        tones = {self.State.WAITING: "amber", self.State.PASSED: "green", self.State.RETURNED: "red"}
        return Status(self.get_state_display(), tones[self.State(self.state)])


class ApplicantCode(models.Model):
    """A 串码: whoever has it enters the own data once and gets an account. Only its hash is kept."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党支部")
    code_hash = models.CharField("串码（哈希）", max_length=128, unique=True)
    note = models.CharField("备注", max_length=50, blank=True)
    made_by = models.CharField("生成人", max_length=120)
    made_at = models.DateTimeField("生成时间", default=timezone.now)
    expires_at = models.DateTimeField("有效期至")
    tries = models.PositiveSmallIntegerField("次数", default=0)
    used_at = models.DateTimeField("激活时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("作废时间", null=True, blank=True)
    applicant = models.OneToOneField(
        Applicant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="激活人"
    )

    objects = ApplicantCodeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "串码"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None, applicant=None)
                | Q(used_at__isnull=False, applicant__isnull=False, withdrawn_at=None),
                name="applicant_code_used_by_somebody",
            )
        ]

    def __str__(self):
        return f"串码 {self.pk}"

    @property
    def number(self) -> str:
        return f"CM{self.pk:06d}"

    @property
    def is_live(self) -> bool:
        is_open = self.used_at is None and self.withdrawn_at is None
        return is_open and self.tries < TRIES and timezone.now() < self.expires_at

    @property
    def status(self) -> Status:
        if self.used_at is not None:
            return Status("已激活", "green")
        if self.withdrawn_at is not None or self.tries >= TRIES:
            return Status("已作废", "")
        return Status("未使用", "blue") if self.is_live else Status("已过期", "amber")


class RegistrationDoor(models.Model):
    """二维码登记 of a branch: open until a moment, or closed. Opening it anew makes every earlier address void."""

    organization = models.OneToOneField(Organization, models.PROTECT, related_name="+", verbose_name="党支部")
    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    opened_by = models.CharField("开启人", max_length=120)
    open_until = models.DateTimeField("开放至")
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfBranchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "二维码登记"

    def __str__(self):
        return f"开放至 {timezone.localtime(self.open_until):%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and timezone.now() < self.open_until


class SelfRegistration(HasIdNumber, models.Model):
    """What somebody entered through the QR code of a branch; nothing but a sheet until the branch confirms it.

    Number and phone go over to the applicant, or are forgotten when the branch refuses.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待确认"
        CONFIRMED = "confirmed", "已确认"
        REFUSED = "refused", "不予登记"

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党支部")
    name = models.CharField("姓名", max_length=50)
    id_number_sealed = models.BinaryField("身份证号（密文）", max_length=200, blank=True, default=b"")
    id_number_index = models.CharField("身份证号（检索键）", max_length=64, blank=True, default="", editable=False)
    gender = models.CharField("性别", max_length=1, choices=Gender, blank=True)
    born_on = models.DateField("出生日期", null=True, blank=True)
    post = models.CharField("单位、职务或专业、班级", max_length=100, blank=True)
    phone_sealed = models.BinaryField("联系方式（密文）", max_length=200, blank=True, default=b"")
    state = models.CharField("状态", max_length=9, choices=State, default=State.WAITING)
    reason = models.CharField("原因", max_length=200, blank=True)
    at = models.DateTimeField("登记时间", default=timezone.now)
    decided_by = models.CharField("确认人", max_length=120, blank=True)
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    applicant = models.OneToOneField(
        Applicant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="申请人"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SelfRegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申请人自行登记"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", applicant=None)
                | Q(state="refused", applicant=None, id_number_index="")
                | Q(state="confirmed", applicant__isnull=False, id_number_index=""),
                name="self_registration_forgets_numbers",
            )
        ]
        indexes = [models.Index(fields=["organization", "state"], name="self_registration_waiting")]

    def __str__(self):
        return self.name

    @property
    def url(self) -> str:
        return reverse("eforefront:self_registration", args=[self.uid])

    @property
    def status(self) -> Status:
        tones = {self.State.WAITING: "amber", self.State.CONFIRMED: "green", self.State.REFUSED: "red"}
        return Status(self.get_state_display(), tones[self.State(self.state)])

    @property
    def shown_phone(self) -> str:
        return masked_cell(REGISTERED_PHONES, self, masking.phone)


REGISTERED_NUMBERS = enter(
    SealedColumn(
        SelfRegistration,
        "id_number_sealed",
        "自行登记的身份证号",
        place=("eforefront_selfregistration", "id_number"),
        index_field="id_number_index",
        index_column="eforefront.self_registration.id_number",
        normalise=id_numbers.normalise,
        organization=attrgetter("organization_id"),
    )
)
REGISTERED_PHONES = enter(
    SealedColumn(
        SelfRegistration,
        "phone_sealed",
        "自行登记的联系方式",
        place=("eforefront_selfregistration", "phone"),
        normalise=phones.normalise,
        organization=attrgetter("organization_id"),
    )
)
