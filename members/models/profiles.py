"""基本信息, 党籍信息 and 扩展信息集 of a member: what counts for no figure and stands in no list."""

import uuid
from operator import attrgetter

from django.db import models
from django.db.models import Q

from accounts import id_numbers
from members import codes
from members.models.members import Member, masked_cell
from members.querysets import FORMER_NUMBER
from partyplatform import masking, phones
from partyplatform.sealing import SealedColumn, enter


class MemberProfile(models.Model):
    """One row for each member that has any of it. Written by `members.services.sections`."""

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)  # the sealed cells belong to it
    member = models.OneToOneField(Member, models.PROTECT, primary_key=True, related_name="profile", verbose_name="党员")

    former_number_sealed = models.BinaryField("曾用证件号（密文）", max_length=200, blank=True, default=b"")
    former_number_index = models.CharField(
        "曾用证件号（检索键）", max_length=64, blank=True, default="", editable=False
    )
    former_name = models.CharField("曾用名", max_length=50, blank=True)
    marital_status = models.CharField("婚姻状况", max_length=2, choices=codes.MARITAL_STATUSES.choices, blank=True)
    health = models.CharField("健康状况", max_length=50, blank=True)
    began_work_on = models.DateField("参加工作日期", null=True, blank=True)
    has_kin_outside = models.BooleanField("港澳台属", null=True, blank=True)
    is_from_taiwan = models.BooleanField("是否台湾省籍", null=True, blank=True)
    household_place = models.CharField("户口所在地", max_length=6, blank=True)
    residence_sealed = models.BinaryField("现居住地（密文）", max_length=1000, blank=True, default=b"")
    emergency_name = models.CharField("紧急联系人", max_length=50, blank=True)
    emergency_phone_sealed = models.BinaryField("紧急联系电话（密文）", max_length=200, blank=True, default=b"")

    introducers = models.CharField("入党介绍人", max_length=100, blank=True)
    joining_branch = models.CharField("入党时所在支部", max_length=100, blank=True)
    joining_kind = models.CharField("增加方式", max_length=2, choices=codes.ADD_KINDS.choices, blank=True)
    probation_months = models.PositiveSmallIntegerField("延长预备期（月）", null=True, blank=True)
    probation_until = models.DateField("预备期顺延至", null=True, blank=True)  # after time abroad, else empty
    seniority_correction = models.SmallIntegerField("党龄校正（月）", default=0)
    rectify_until = models.DateField("限期改正至", null=True, blank=True)
    front_line = models.CharField("一线情况", max_length=2, choices=codes.FRONT_LINES.choices, blank=True)

    is_volunteer = models.BooleanField("党员志愿者", null=True, blank=True)
    specialty = models.CharField("专业特长", max_length=100, blank=True)
    file_place = models.CharField("党员档案所在单位", max_length=100, blank=True)
    flow_certificate = models.CharField("流动证号", max_length=30, blank=True)
    remark = models.CharField("备注", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "党员补充信息"
        verbose_name_plural = "党员补充信息"
        indexes = [
            models.Index(
                fields=["former_number_index"], condition=~Q(former_number_index=""), name="profile_former_number"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(marital_status__in=["", *codes.MARITAL_STATUSES.rows]), name="profile_marital_known"
            ),
            models.CheckConstraint(
                condition=Q(joining_kind__in=["", *codes.ADD_KINDS.rows]), name="profile_joining_known"
            ),
        ]

    def __str__(self):
        return str(self.member)

    @property
    def shown_former_number(self) -> str:
        return masked_cell(FORMER_NUMBERS, self, masking.ends)

    @property
    def shown_residence(self) -> str:
        return masked_cell(RESIDENCES, self, masking.address)

    @property
    def shown_emergency_phone(self) -> str:
        return masked_cell(EMERGENCY_PHONES, self, masking.phone)


FORMER_NUMBERS = enter(
    SealedColumn(
        MemberProfile,
        "former_number_sealed",
        "曾用证件号",
        place=("members_memberprofile", "former_number"),
        index_field="former_number_index",
        index_column=FORMER_NUMBER,
        normalise=id_numbers.normalise,
        organization=attrgetter("member.organization_id"),
    )
)
RESIDENCES = enter(
    SealedColumn(
        MemberProfile,
        "residence_sealed",
        "现居住地",
        place=("members_memberprofile", "residence"),
        organization=attrgetter("member.organization_id"),
    )
)
EMERGENCY_PHONES = enter(
    SealedColumn(
        MemberProfile,
        "emergency_phone_sealed",
        "紧急联系电话",
        place=("members_memberprofile", "emergency_phone"),
        normalise=phones.normalise,
        organization=attrgetter("member.organization_id"),
    )
)
