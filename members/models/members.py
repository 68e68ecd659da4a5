"""The member's record."""

import uuid

from django.db import models
from django.db.models import BigIntegerField, Case, F, Q, Value, When

from accounts import id_numbers
from accounts.sealed_id_numbers import HasIdNumber
from members import completeness
from members.codes import MembershipStatus, PersonCategory
from members.querysets import ID_NUMBER, MemberQuerySet
from orgs.models import Organization
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status

_ENROLLED = [MembershipStatus.NORMAL, MembershipStatus.SUSPENDED]
_TONES = {MembershipStatus.NORMAL: "green", MembershipStatus.SUSPENDED: "amber"}


class Member(HasIdNumber, models.Model):
    """One person on the roll. Written by `members.services`, which keeps the organisation's counters.

    Only rows older than the 身份证号 itself have none.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=50)
    id_number_sealed = models.BinaryField("身份证号（密文）", max_length=200, blank=True, default=b"")
    id_number_index = models.CharField("身份证号（检索键）", max_length=64, blank=True, default="", editable=False)
    category = models.CharField("人员类别", max_length=2, choices=PersonCategory)
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="members",
        db_index=False,  # member_roll begins with it
        verbose_name="人员所在支部",
    )
    status = models.CharField("党籍状态", max_length=2, choices=MembershipStatus, default=MembershipStatus.NORMAL)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = "党员"
        verbose_name_plural = "党员"
        constraints = [
            models.CheckConstraint(condition=Q(category__in=PersonCategory.values), name="member_category_known"),
            models.CheckConstraint(condition=Q(status__in=MembershipStatus.values), name="member_status_known"),
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
        ]

    def __str__(self):
        return self.name

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
    def completeness(self) -> int | None:
        """信息完整度 in whole per cent."""
        return completeness.percent(*completeness.score(self))


NUMBERS = enter(
    SealedColumn(
        Member,
        "id_number_sealed",
        "身份证号",
        place=("members_member", "id_number"),
        index_field="id_number_index",
        index_column=ID_NUMBER,
        normalise=id_numbers.normalise,
    )
)
