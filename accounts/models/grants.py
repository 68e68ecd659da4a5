"""A grant: person × organisation × kind × system. Chosen by 角色切换, it is the acting role of a request."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts import marks
from accounts.codes import GrantState, RoleKind, System
from accounts.powers import holds
from accounts.querysets import RoleGrantQuerySet
from orgs.models import Organization
from partyplatform.ui.status import Status

_TONES = {GrantState.VALID: "green", GrantState.COMING: "blue", GrantState.ENDED: ""}


class RoleGrant(models.Model):
    """One role of one person. Rows are ended, never deleted; written by `accounts.services.grants`.

    It gives rights from `starts_on` on and before `ends_on`: a grant ended today gives nothing from now on. `mark`
    proves that the platform wrote it; whoever acts with a row has it from `accounts.genuine`.
    `by_duty` says that it came with a post (书记, 副书记) and goes with it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants", verbose_name="管理员")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="grants", verbose_name="组织机构")
    kind = models.CharField("角色", max_length=10, choices=RoleKind)
    system = models.CharField("系统", max_length=6, choices=System)
    duty = models.CharField("职务", max_length=50, blank=True)
    by_duty = models.BooleanField("因职务产生", default=False)
    is_default = models.BooleanField("是否默认", default=False)
    starts_on = models.DateField("开始日期", default=timezone.localdate)
    ends_on = models.DateField("解除日期", null=True, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    ending_reason = models.CharField("解除原因", max_length=200, blank=True, db_default="")
    portfolio = models.CharField("分工", max_length=100, blank=True, db_default="")
    granted_by_name = models.CharField("授权人", max_length=100, blank=True)
    confirmed_on = models.DateField("上次确认日期", null=True, blank=True)
    confirmed_by_name = models.CharField("确认人", max_length=100, blank=True, db_default="")
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    created_at = models.DateTimeField("授权时间", auto_now_add=True)
    mark = marks.MarkField("防篡改标记")

    needs_certificate: bool  # added by `with_certificate_need()` and `acting.roles_of`

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "授权"
        verbose_name_plural = "授权"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "kind", "system"],
                condition=Q(ends_on__isnull=True),
                name="grant_given_once",
                violation_error_message="该人员已是该党组织管理员",
            ),
            models.UniqueConstraint(
                fields=["user", "system"],
                condition=Q(is_default=True),
                name="grant_one_default_per_system",
                violation_error_message="该人员在本系统已有默认角色",
            ),
            models.CheckConstraint(condition=Q(kind__in=RoleKind.values), name="grant_kind_known"),
            models.CheckConstraint(condition=Q(system__in=System.values), name="grant_system_known"),
            models.CheckConstraint(
                condition=~Q(kind=RoleKind.MEMBER) | Q(system=System.PORTAL), name="grant_member_in_portal"
            ),
            models.CheckConstraint(
                condition=~Q(kind=RoleKind.APPLICANT) | Q(system=System.PORTAL), name="grant_applicant_in_portal"
            ),
            models.CheckConstraint(
                condition=~Q(kind=RoleKind.AUDITOR) | Q(system=System.INFO), name="grant_auditor_in_info"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="grant_ends_after_start"
            ),
        ]

    def __str__(self):
        return self.label

    def can(self, power: str) -> bool:
        """Say whether this role holds a power in its system; ValueError for a power that does not exist."""
        return holds(self.kind, self.system, power)

    @property
    def kind_label(self) -> str:
        return RoleKind(self.kind).label

    @property
    def system_label(self) -> str:
        return System(self.system).label

    @property
    def is_admin(self) -> bool:
        return RoleKind(self.kind).is_admin

    @property
    def state(self) -> GrantState:
        """Where the grant stands today."""
        today = timezone.localdate()
        if self.ends_on is not None and (self.ends_on <= today or self.ends_on <= self.starts_on):
            return GrantState.ENDED
        return GrantState.COMING if self.starts_on > today else GrantState.VALID

    @property
    def status(self) -> Status:
        """The state with the tone of its tag."""
        return Status(self.state.label, _TONES[self.state])

    @property
    def confirmation(self) -> str:
        """2026-11-27 周敏, or nothing while nobody has confirmed it."""
        return f"{self.confirmed_on:%Y-%m-%d} {self.confirmed_by_name}" if self.confirmed_on else ""

    @property
    def is_auditor(self) -> bool:
        return self.kind == RoleKind.AUDITOR

    @property
    def label(self) -> str:
        """支部管理员 · 示大信息学院教工第一党支部"""
        return f"{self.kind_label} · {self.organization_name}"

    @property
    def organization_name(self) -> str:
        return self.organization.short_name

    @property
    def user_uid(self) -> str:
        return str(self.user.uid)

    @property
    def user_name(self) -> str:
        return self.user.name
