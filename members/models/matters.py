"""流动, 失联, 出国（境） and 组织关系暂留: one row for each time it happens to a member, and what happened in it."""

import uuid
from operator import attrgetter

from django.db import models
from django.db.models import F, Q

from members import codes
from members.models.members import Member, masked_cell
from members.procedures import FINAL, OPEN, PROCEDURES, Procedure, State, status
from members.querysets import MatterQuerySet, MatterStepQuerySet
from partyplatform import masking, phones
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status

_OPEN, _FINAL = [state.value for state in OPEN], [state.value for state in FINAL]
_CAUSES = sorted({*codes.FLOW_REASONS.rows, *codes.LOST_CONTACT_REASONS.rows})


class Matter(models.Model):
    """One matter of one member. Which fields it has is said by its procedure. Written by `members.services.matters`.

    `ends_on` is the planned end, `limit_on` the day from which a longer one must not go on without a decision, and
    `contact_due_on` the day the next contact is due at the latest; reminders look for those days only. While a matter
    is open `ended_on` is empty. Matters are never deleted: one entered by mistake is withdrawn.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)  # the sealed cell belongs to it
    member = models.ForeignKey(Member, models.PROTECT, related_name="matters", verbose_name="党员")
    procedure = models.CharField("业务", max_length=10, choices=[(p.slug, p.label) for p in PROCEDURES.values()])
    state = models.CharField("状态", max_length=2, choices=State)
    began_on = models.DateField("开始日期", null=True, blank=True)  # of a 失联 the first day of the month, where known
    ends_on = models.DateField("截止日期", null=True, blank=True)
    limit_on = models.DateField("期限", null=True, blank=True)
    contact_due_on = models.DateField("应联系日期", null=True, blank=True)
    ended_on = models.DateField("办结日期", null=True, blank=True)

    cause = models.CharField("原因", max_length=2, choices=[(code, code) for code in _CAUSES], blank=True)
    region = models.CharField("外出流向", max_length=6, blank=True)
    scope = models.CharField("流动范围", max_length=2, choices=codes.FLOW_SCOPES.choices, blank=True)
    occupation = models.CharField("原职业", max_length=50, blank=True)
    certificate = models.CharField("流动证号", max_length=30, blank=True)
    host = models.CharField("流入地党组织", max_length=100, blank=True)
    country = models.CharField("国家（地区）", max_length=50, blank=True)
    way = models.CharField("出国（境）方式", max_length=2, choices=codes.ABROAD_KINDS.choices, blank=True)
    degree = models.CharField("攻读学位", max_length=50, blank=True)
    contact_name = models.CharField("联系人", max_length=50, blank=True)
    phone_sealed = models.BinaryField("联系电话（密文）", max_length=200, blank=True, default=b"")
    remark = models.CharField("备注", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MatterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员管理业务"
        constraints = [
            models.UniqueConstraint(fields=["member", "procedure"], condition=Q(ended_on=None), name="matter_one_open"),
            models.CheckConstraint(
                condition=Q(ended_on=None, state__in=_OPEN) | Q(ended_on__isnull=False, state__in=_FINAL),
                name="matter_ended_with_state",
            ),
            models.CheckConstraint(condition=Q(procedure__in=[*PROCEDURES]), name="matter_procedure_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(began_on=None) | Q(ends_on__gte=F("began_on")),
                name="matter_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["procedure", "state", "member"], name="matter_state"),
            models.Index(fields=["procedure", "contact_due_on"], condition=Q(ended_on=None), name="matter_contact"),
            models.Index(fields=["procedure", "ends_on"], condition=Q(ended_on=None), name="matter_end"),
            models.Index(fields=["procedure", "limit_on"], condition=Q(ended_on=None), name="matter_limit"),
        ]

    def __str__(self):
        return f"{self.rules.noun}（{self.get_state_display()}）"

    @property
    def name(self) -> str:
        """Whose contact it is: what a reader is told when the phone is shown."""
        return self.member.name

    @property
    def rules(self) -> Procedure:
        return PROCEDURES[self.procedure]

    @property
    def standing(self) -> Status:
        """The state with the tone of its tag."""
        return status(self.state)

    @property
    def is_open(self) -> bool:
        return self.ended_on is None

    @property
    def cause_label(self) -> str:
        return self.rules.causes.label(self.cause) if self.rules.causes is not None and self.cause else ""

    @property
    def shown_phone(self) -> str:
        return masked_cell(CONTACT_PHONES, self, masking.phone)


class MatterStep(models.Model):
    """What happened in a matter on a day: each event of its procedure, contacts and searches among them."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="steps", verbose_name="业务")
    verb = models.CharField("代码", max_length=10)
    label = models.CharField("办理", max_length=20)
    on = models.DateField("日期")
    state = models.CharField("状态", max_length=2, choices=State)
    note = models.CharField("情况", max_length=300, blank=True)
    document = models.CharField("文号", max_length=60, blank=True)
    by_name = models.CharField("办理人", max_length=100)
    at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = MatterStepQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["-on", "-pk"]

    def __str__(self):
        return f"{self.on:%Y-%m-%d} {self.label}"


CONTACT_PHONES = enter(
    SealedColumn(
        Matter,
        "phone_sealed",
        "联系人电话",
        place=("members_matter", "phone"),
        normalise=phones.normalise,
        organization=attrgetter("member.organization_id"),
    )
)
