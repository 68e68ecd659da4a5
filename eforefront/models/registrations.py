"""社区报到 (双报到) of members, and what they did there. Source: screens.md 3.8."""

from django.db import models
from django.db.models import F, Q

from eforefront.querysets.registrations import CommunityServiceQuerySet, RegistrationQuerySet
from members.models import Member
from orgs.models import Organization
from partyplatform.ui.status import Status

MOST_HOURS = 24  # of one day


class Registration(models.Model):
    """One registration: at a community by its name, or at the branch where the member lives. One is open at a time.

    `organization` is where the 组织关系 of the member is, kept in step while the registration is open: figures are
    counted by it. Written by `eforefront.services.registrations`.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="registrations", verbose_name="党员")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", editable=False)
    community = models.CharField("社区名称", max_length=60, blank=True)
    branch = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="居住地党支部"
    )
    began_on = models.DateField("报到日期")
    ended_on = models.DateField("撤销日期", null=True, blank=True)
    end_reason = models.CharField("撤销原因", max_length=200, blank=True)
    entered_by = models.CharField("登记人", max_length=120)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "社区报到"
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(ended_on=None), name="registration_one_open"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")), name="registration_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(community="", branch__isnull=False) | (~Q(community="") & Q(branch=None)),
                name="registration_one_place",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-began_on", "-id"], name="registration_roll"),
            models.Index(fields=["branch", "-began_on"], condition=Q(ended_on=None), name="registration_received"),
        ]

    def __str__(self):
        return f"{self.member.name}：{self.place}"

    @property
    def place(self) -> str:
        """Where the member registered."""
        return self.branch.short_name if self.branch is not None else self.community

    @property
    def is_open(self) -> bool:
        return self.ended_on is None

    @property
    def status(self) -> Status:
        return Status("已报到", "green") if self.is_open else Status("已撤销")


class RegistrationCount(models.Model):
    """How many members of one branch are registered: what figures of whole subtrees are added up from."""

    organization = models.OneToOneField(Organization, models.PROTECT, primary_key=True, related_name="+")
    registered = models.PositiveIntegerField("已报到人数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "已报到人数"

    def __str__(self):
        return f"{self.organization_id}: {self.registered}"


class CommunityService(models.Model):
    """One piece of service: proposed by the member or entered by an administrator, and confirmed by one."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        CONFIRMED = "confirmed", "已确认"
        REFUSED = "refused", "未确认"
        WITHDRAWN = "withdrawn", "已撤回"

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="services", verbose_name="社区报到")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="党员")
    served_on = models.DateField("服务日期")
    project = models.CharField("服务项目", max_length=100)
    hours = models.DecimalField("服务时长（小时）", max_digits=3, decimal_places=1)
    state = models.CharField("状态", max_length=10, choices=State, default=State.PROPOSED)
    confirmed_by = models.CharField("确认单位", max_length=100, blank=True)
    answer = models.CharField("说明", max_length=200, blank=True)
    entered_by = models.CharField("登记人", max_length=120)
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)
    decided_by = models.CharField("办理人", max_length=120, blank=True)
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CommunityServiceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "服务详情"
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=MOST_HOURS), name="community_service_hours_of_one_day"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-served_on", "-id"], name="community_service_own"),
            models.Index(fields=["state", "registration", "-id"], name="community_service_state"),
        ]

    def __str__(self):
        return f"{self.served_on:%Y-%m-%d} {self.project}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.PROPOSED

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), _TONES.get(self.State(self.state), ""))


_TONES = {CommunityService.State.PROPOSED: "amber", CommunityService.State.CONFIRMED: "green"}
