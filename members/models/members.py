"""The member's record."""

import datetime
import uuid
from collections.abc import Callable
from operator import attrgetter

from django.conf import settings
from django.db import models
from django.db.models import BigIntegerField, Case, F, Q, Value, When
from django.urls import reverse
from django.utils import timezone

from accounts import id_numbers
from accounts.sealed_id_numbers import HasIdNumber
from members import codes, completeness, scoring
from members.codes import Gender, MembershipStatus, PersonCategory
from members.completeness import Rules
from members.name_order import NameKey, pinyin_key, strokes_key
from members.querysets import ID_NUMBER, PHONE, MemberQuerySet
from orgs.models import Organization
from partyplatform import masking, phones
from partyplatform.crypto import Undecipherable
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status

_ENROLLED = [MembershipStatus.NORMAL, MembershipStatus.SUSPENDED]
ORDERS = {  # what lists of members can be sorted by, and the column behind it
    "pinyin": "name_pinyin",
    "strokes": "name_strokes",
    "born": "born_on",
    "joined": "joined_on",
    "percent": "percent",
}
_TONES = {MembershipStatus.NORMAL: "green", MembershipStatus.SUSPENDED: "amber"}


class Member(HasIdNumber, models.Model):
    """One person on the roll. Written by `members.services`, which keeps the organisation's counters.

    Only rows older than the 身份证号 itself have none. `user` comes with the first role.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=50)
    id_number_sealed = models.BinaryField("身份证号（密文）", max_length=200, blank=True, default=b"")
    id_number_index = models.CharField("身份证号（检索键）", max_length=64, blank=True, default="", editable=False)
    id_number_end = models.CharField("身份证号末四位（检索键）", max_length=64, blank=True, default="", editable=False)
    name_pinyin = NameKey("姓名拼音序", key=pinyin_key, max_length=90, default="", editable=False)
    name_strokes = NameKey("姓名笔画序", key=strokes_key, max_length=36, default="", editable=False)
    category = models.CharField("人员类别", max_length=2, choices=PersonCategory)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="members",
        db_index=False,  # member_roll begins with it
        verbose_name="人员所在支部",
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="member",
        null=True,
        blank=True,
        editable=False,
        verbose_name="账号",
    )
    status = models.CharField("党籍状态", max_length=2, choices=MembershipStatus, default=MembershipStatus.NORMAL)

    gender = models.CharField("性别", max_length=1, choices=Gender, blank=True)
    ethnicity = models.CharField("民族", max_length=2, blank=True)
    born_on = models.DateField("出生日期", null=True, blank=True)
    native_place = models.CharField("籍贯", max_length=6, blank=True)
    education = models.CharField("最高学历", max_length=2, blank=True)
    title = models.CharField("职称", max_length=3, blank=True)
    social_class = models.CharField("新社会阶层情况", max_length=2, blank=True)
    job_post = models.CharField("工作岗位", max_length=4, blank=True)
    is_migrant_worker = models.BooleanField("农民工标识", null=True, blank=True)
    joined_on = models.DateField("入党日期", null=True, blank=True)
    confirmed_on = models.DateField("转正日期", null=True, blank=True)
    is_lost = models.BooleanField("是否为失联党员", default=False)
    lost_since = models.DateField("失去联系日期", null=True, blank=True)  # the first day of the month
    is_floating = models.BooleanField("是否为流动党员", default=False)
    floating_to = models.CharField("外出流向", max_length=6, blank=True)
    phone_sealed = models.BinaryField("联系方式（密文）", max_length=200, blank=True, default=b"")
    phone_index = models.CharField("联系方式（检索键）", max_length=64, blank=True, default="", editable=False)
    address_sealed = models.BinaryField("家庭住址（密文）", max_length=1000, blank=True, default=b"")

    filled = models.PositiveSmallIntegerField("已填项", default=0, editable=False)
    required = models.PositiveSmallIntegerField("应填项", default=0, editable=False)
    percent = models.GeneratedField(  # as `completeness.percent` counts it, for lists sorted by it
        expression=Case(When(required__gt=0, then=F("filled") * 100 / F("required"))),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
        verbose_name="信息完整度",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "党员"
        verbose_name_plural = "党员"
        constraints = [
            models.CheckConstraint(condition=Q(category__in=PersonCategory.values), name="member_category_known"),
            models.CheckConstraint(condition=Q(status__in=MembershipStatus.values), name="member_status_known"),
            models.CheckConstraint(condition=Q(gender__in=["", *Gender.values]), name="member_gender_known"),
            models.CheckConstraint(condition=Q(filled__lte=F("required")), name="member_filled_within_required"),
            # One index for both: nobody is enrolled twice, and whoever bears a number is found, former members too.
            models.UniqueConstraint(
                F("id_number_index"),
                Case(
                    When(Q(status__in=_ENROLLED) & ~Q(id_number_index=""), then=Value(0)),
                    default=F("id"),
                    output_field=BigIntegerField(),
                ),
                name="member_enrolled_once",
                violation_error_message="该身份证号已登记，请联系上级组织部门",
            ),
        ]
        # Both hold all that a list shows and filters by, so that counting and leafing read no row of the table.
        indexes = [
            models.Index(fields=["organization", "name", "id", "status", "category"], name="member_roll"),
            models.Index(
                fields=["name", "organization", "id", "status", "category"],
                opclasses=["varchar_pattern_ops", "int8_ops", "int8_ops", "varchar_ops", "varchar_ops"],
                name="member_name",  # the order of the other one does not serve LIKE on PostgreSQL
            ),
            # Few among millions, listed for whole cities.
            models.Index(
                fields=["organization", "name", "id"],
                condition=~Q(status=MembershipStatus.NORMAL),
                name="member_not_normal",
            ),
            models.Index(
                fields=["organization", "name", "id"],
                condition=Q(status=MembershipStatus.NORMAL, category=PersonCategory.PROBATIONARY),
                name="member_probation",
            ),
            models.Index(fields=["organization", "name", "id"], condition=Q(is_lost=True), name="member_lost"),
            models.Index(fields=["organization", "name", "id"], condition=Q(is_floating=True), name="member_floating"),
            models.Index(fields=["id_number_end", "organization"], name="member_number_end"),
            models.Index(fields=["phone_index"], name="member_phone"),
            # One for each order of the list; a page of a large organisation is read from it (decision 0023).
            *(
                models.Index(fields=[by, "id", "organization", "status", "category"], name=f"member_by_{name}")
                for name, by in ORDERS.items()
            ),
            # For the reminder that a 预备期 ends.
            models.Index(
                fields=["joined_on"],
                condition=Q(status=MembershipStatus.NORMAL, category=PersonCategory.PROBATIONARY),
                name="member_probation_joined",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:detail", args=[self.pk])

    @property
    def ethnicity_label(self) -> str:
        return codes.ETHNICITIES.display(self.ethnicity)

    @property
    def category_label(self) -> str:
        """The manual's list prints 中共党员 for a full member."""
        return "中共党员" if self.category == PersonCategory.FULL else self.get_category_display()

    @property
    def is_enrolled(self) -> bool:
        """Whether the person still belongs to the branch: active or suspended."""
        return self.status in _ENROLLED

    @property
    def standing(self) -> Status:
        """党籍状态 with the tone of its tag."""
        return Status(self.get_status_display(), _TONES.get(MembershipStatus(self.status), ""))

    @property
    def standing_marks(self) -> list[Status]:
        """党籍状态 beside the name in a list, of those alone whom the totals leave out."""
        return [self.standing] if self.status != MembershipStatus.NORMAL else []

    @property
    def marks(self) -> list[Status]:
        """What stands beside the name: 人员类别, and whatever is unusual."""
        tags = [Status(self.category_label, "gold" if self.category == PersonCategory.PROBATIONARY else "red")]
        tags += self.standing_marks
        tags += [Status("失联", "amber")] if self.is_lost else []
        return [*tags, Status("流动", "blue")] if self.is_floating else tags

    def age(self, on: datetime.date | None = None) -> int | None:
        """Full years on a day, today if none is named; None without a date of birth."""
        if self.born_on is None:
            return None
        day = on or timezone.localdate()
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))

    @property
    def completeness(self) -> int | None:
        """信息完整度 in whole per cent, as stored."""
        return completeness.percent(self.filled, self.required)

    @property
    def shown_phone(self) -> str:
        return masked_cell(PHONES, self, masking.phone)

    @property
    def shown_address(self) -> str:
        """The town of an address, never the street."""
        return masked_cell(ADDRESSES, self, masking.address)

    def rescore(self, rules: Rules | None = None) -> None:
        """Count the filled and the required items anew; saving, and the organisation's counters, are the caller's.

        Everything that changes a record calls it before saving. By the rules in force, unless others are given.
        """
        self.filled, self.required = (rules or scoring.rules_for_saving()).score(self)


NUMBERS = enter(
    SealedColumn(
        Member,
        "id_number_sealed",
        "身份证号",
        place=("members_member", "id_number"),
        index_field="id_number_index",
        index_column=ID_NUMBER,
        end_field="id_number_end",
        normalise=id_numbers.normalise,
        organization=attrgetter("organization_id"),
    )
)
PHONES = enter(
    SealedColumn(
        Member,
        "phone_sealed",
        "联系方式",
        place=("members_member", "phone"),
        index_field="phone_index",
        index_column=PHONE,
        normalise=phones.normalise,
        organization=attrgetter("organization_id"),
    )
)
ADDRESSES = enter(
    SealedColumn(
        Member,
        "address_sealed",
        "家庭住址",
        place=("members_member", "address"),
        organization=attrgetter("organization_id"),
    )
)


def masked_cell(column: SealedColumn, row: models.Model, mask: Callable[[str], str]) -> str:
    """Return a sealed cell as pages show it, "" for an empty one, 无法解密 for one that does not open."""
    try:
        text = column.text(row)
    except Undecipherable:
        return "无法解密"
    return text and mask(text)
