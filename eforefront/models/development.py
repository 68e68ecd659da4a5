"""发展党员: who applies and how far they have come. Source: workflows.md 4."""

import datetime
import uuid
from operator import attrgetter

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts import id_numbers
from accounts.sealed_id_numbers import HasIdNumber
from eforefront.codes import DEVELOPMENT_STAGES, DEVELOPMENT_STEPS
from eforefront.development.states import FINAL, WAYS, State, status
from eforefront.querysets.development import NUMBER, ApplicantQuerySet
from members import codes
from members.codes import Gender
from members.models import Member
from members.models.members import masked_cell
from orgs.models import Organization
from partyplatform import masking, phones
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status

SOON, URGENT = 30, 14  # days before a deadline from which a list speaks of it


class Applicant(HasIdNumber, models.Model):
    """One development, from the application to the archive, or from 预备党员 on for whoever was one already.

    `step` is the open step, `holder` the organisation that records it now. Until the approval the number, phone and
    address are kept here; from then on `member` has them and they are gone from this row, so nobody is both applicant
    and member. Dates are those of the steps that count now. Written by `eforefront.services.development`, never
    removed.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="所在支部"
    )
    holder = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="办理组织"
    )
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="developments", verbose_name="党员"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    name = models.CharField("姓名", max_length=50)
    id_number_sealed = models.BinaryField("身份证号（密文）", max_length=200, blank=True, default=b"")
    id_number_index = models.CharField("身份证号（检索键）", max_length=64, blank=True, default="", editable=False)
    gender = models.CharField("性别", max_length=1, choices=Gender, blank=True)
    born_on = models.DateField("出生日期", null=True, blank=True)
    ethnicity = models.CharField("民族", max_length=2, blank=True)
    native_place = models.CharField("籍贯", max_length=6, blank=True)
    education = models.CharField("最高学历", max_length=2, blank=True)
    job_post = models.CharField("工作岗位", max_length=4, blank=True)
    post = models.CharField("单位、职务或专业、班级", max_length=100, blank=True)
    front_line = models.CharField("一线情况", max_length=2, choices=codes.FRONT_LINES.choices, blank=True)
    is_model = models.BooleanField("先进模范人物", default=False)
    is_villager = models.BooleanField("在建制村", default=False)
    recommended = models.CharField("推荐方式", max_length=10, choices=WAYS, blank=True, default="")
    phone_sealed = models.BinaryField("联系方式（密文）", max_length=200, blank=True, default=b"")
    address_sealed = models.BinaryField("家庭住址（密文）", max_length=1000, blank=True, default=b"")

    state = models.CharField("状态", max_length=2, choices=State, default=State.ACTIVE)
    step = models.CharField("当前步骤", max_length=2, choices=DEVELOPMENT_STEPS.choices, default="01")
    stage = models.CharField("当前阶段", max_length=1, choices=DEVELOPMENT_STAGES.choices, default="1")
    began_at = models.CharField("开始步骤", max_length=2, choices=DEVELOPMENT_STEPS.choices, default="01")
    due_on = models.DateField("办理期限", null=True, blank=True)
    applied_on = models.DateField("申请入党日期", null=True, blank=True)
    activist_on = models.DateField("确定为积极分子日期", null=True, blank=True)
    candidate_on = models.DateField("确定为发展对象日期", null=True, blank=True)
    joined_on = models.DateField("入党日期", null=True, blank=True)
    approved_on = models.DateField("批准为预备党员日期", null=True, blank=True)
    probation_ends_on = models.DateField("预备期满日期", null=True, blank=True)
    is_extended = models.BooleanField("延长过预备期", default=False)
    postponed_to = models.DateField("推迟讨论至", null=True, blank=True)
    decided_on = models.DateField("转正审批日期", null=True, blank=True)
    confirmed_on = models.DateField("转正日期", null=True, blank=True)
    observed_on = models.DateField("最近考察日期", null=True, blank=True)
    reported_on = models.DateField("最近思想汇报日期", null=True, blank=True)
    ended_on = models.DateField("结束日期", null=True, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ApplicantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发展党员"
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_index"],
                condition=Q(state=State.ACTIVE) & ~Q(id_number_index=""),
                name="applicant_one_open_per_number",
                violation_error_message="该身份证号已有发展党员记录在办理",
            ),
            models.UniqueConstraint(
                fields=["member"], condition=Q(state=State.ACTIVE), name="applicant_one_open_per_member"
            ),
            # Nobody is both: whoever is a member has left the number to the record.
            models.CheckConstraint(condition=Q(member=None) | Q(id_number_index=""), name="applicant_is_no_member"),
            models.CheckConstraint(
                condition=Q(member=None, step__lte="17") | Q(member__isnull=False, step__gte="18"),
                name="applicant_member_from_approval_on",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="applicant_state_known"),
            models.CheckConstraint(condition=Q(step__in=[*DEVELOPMENT_STEPS.rows]), name="applicant_step_known"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in FINAL], ended_on__isnull=False)
                | Q(state=State.ACTIVE, ended_on=None),
                name="applicant_ended_with_state",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{earlier: None}) | Q(**{later: None}) | Q(**{f"{later}__gte": F(earlier)}),
                    name=f"applicant_{later}_later",
                )
                for earlier, later in (
                    ("applied_on", "activist_on"),
                    ("activist_on", "candidate_on"),
                    ("candidate_on", "joined_on"),
                    ("joined_on", "approved_on"),
                    ("joined_on", "confirmed_on"),
                )
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "stage"], name="applicant_roll"),
            models.Index(fields=["holder", "step"], condition=Q(state="10"), name="applicant_held"),
            models.Index(fields=["due_on"], condition=Q(state="10"), name="applicant_due"),
            models.Index(fields=["name"], name="applicant_name"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("eforefront:applicant", args=[self.pk])

    @property
    def number(self) -> str:
        """发展党员编号, by which other records refer to it."""
        return f"FZ{self.pk:08d}"

    @property
    def is_open(self) -> bool:
        return self.state == State.ACTIVE

    @property
    def status(self) -> Status:
        return status(self.state)

    @property
    def stage_label(self) -> str:
        return DEVELOPMENT_STAGES.label(self.stage)

    @property
    def step_label(self) -> str:
        return f"{int(self.step)}. {DEVELOPMENT_STEPS.label(self.step)}" if self.is_open else self.get_state_display()

    @property
    def standing(self) -> str:
        """What the person is by the steps done: 入党申请人 … 正式党员."""
        reached = (
            ("confirmed_on", "正式党员"),
            ("approved_on", "预备党员"),
            ("candidate_on", "发展对象"),
            ("activist_on", "入党积极分子"),
        )
        if self.member_id and not self.confirmed_on:
            return "预备党员"
        return next((label for field, label in reached if getattr(self, field)), "入党申请人")

    @property
    def ethnicity_label(self) -> str:
        return codes.ETHNICITIES.display(self.ethnicity)

    @property
    def education_label(self) -> str:
        return codes.EDUCATION.display(self.education)

    @property
    def job_post_label(self) -> str:
        return codes.JOB_POSTS.display(self.job_post)

    @property
    def front_line_label(self) -> str:
        return codes.FRONT_LINES.display(self.front_line)

    @property
    def shown_phone(self) -> str:
        return masked_cell(APPLICANT_PHONES, self, masking.phone)

    @property
    def shown_address(self) -> str:
        return masked_cell(APPLICANT_ADDRESSES, self, masking.address)

    def reminder(self, today: datetime.date | None = None) -> Status | str:
        """到期提醒 of a list: red when late, amber within a fortnight, nothing before the last month."""
        if self.due_on is None or not self.is_open:
            return ""
        left = (self.due_on - (today or timezone.localdate())).days
        if left < 0:
            return Status(f"逾期 {-left} 天", "red")
        if left > SOON:
            return ""
        return Status(f"{left} 天后到期" if left else "今天到期", "amber" if left <= URGENT else "")


APPLICANT_NUMBERS = enter(
    SealedColumn(
        Applicant,
        "id_number_sealed",
        "申请人的身份证号",
        place=("eforefront_applicant", "id_number"),
        index_field="id_number_index",
        index_column=NUMBER,
        normalise=id_numbers.normalise,
        organization=attrgetter("organization_id"),
    )
)
APPLICANT_PHONES = enter(
    SealedColumn(
        Applicant,
        "phone_sealed",
        "申请人的联系方式",
        place=("eforefront_applicant", "phone"),
        normalise=phones.normalise,
        organization=attrgetter("organization_id"),
    )
)
APPLICANT_ADDRESSES = enter(
    SealedColumn(
        Applicant,
        "address_sealed",
        "申请人的家庭住址",
        place=("eforefront_applicant", "address"),
        organization=attrgetter("organization_id"),
    )
)
