"""报名, 候补 and 服务时长 of a 支部活动. Source: screens.md 3.4."""

from django.db import models
from django.db.models import F, Q

from eforefront.models.gatherings import Gathering
from eforefront.querysets.activities import ActivityHoursQuerySet, EnrolmentQuerySet
from members.models import Member
from partyplatform.ui.status import Status

MOST_HOURS = 24


class SignUp(models.Model):
    """What an activity of 报名参加 says beside its announcement: until when, for how many.

    `taken` is the number of places given, kept under the lock of the activity; it never exceeds `places`.
    """

    gathering = models.OneToOneField(Gathering, models.PROTECT, primary_key=True, related_name="sign_up")
    closes_at = models.DateTimeField("报名截止")
    places = models.PositiveSmallIntegerField("人数上限", null=True, blank=True)
    taken = models.PositiveSmallIntegerField("已报名", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "活动报名"
        constraints = [
            models.CheckConstraint(condition=Q(places=None) | Q(taken__lte=F("places")), name="sign_up_within_places")
        ]

    def __str__(self):
        return f"{self.gathering_id}: {self.taken}/{self.places or '不限'}"

    @property
    def has_room(self) -> bool:
        return self.places is None or self.taken < self.places


class Enrolment(models.Model):
    """One member who signed up: with a place, waiting for one in the order of the rows, or withdrawn."""

    class State(models.TextChoices):
        TAKEN = "1", "已报名"
        WAITING = "2", "候补"
        WITHDRAWN = "3", "已取消"

    gathering = models.ForeignKey(Gathering, models.PROTECT, related_name="enrolments", verbose_name="支部活动")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="党员")
    state = models.CharField("状态", max_length=1, choices=State)
    entered_at = models.DateTimeField("报名时间", auto_now_add=True)
    promoted_at = models.DateTimeField("递补时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("取消时间", null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动报名名单"
        constraints = [
            models.UniqueConstraint(
                fields=["gathering", "member"], condition=~Q(state="3"), name="enrolment_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(state__in=["1", "2", "3"]), name="enrolment_state_known"),
        ]
        indexes = [
            models.Index(fields=["gathering", "state", "id"], name="enrolment_line"),
            models.Index(fields=["member", "-gathering"], name="enrolment_of_member"),
        ]

    def __str__(self):
        return f"{self.member_id}: {self.get_state_display()}"

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), {"1": "green", "2": "amber"}.get(self.state, ""))


class ActivityHours(models.Model):
    """服务时长 of one member at one activity, as its record says."""

    gathering = models.ForeignKey(Gathering, models.PROTECT, related_name="hours", verbose_name="支部活动")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="党员")
    hours = models.DecimalField("服务时长（小时）", max_digits=3, decimal_places=1)

    objects = ActivityHoursQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "活动服务时长"
        constraints = [
            models.UniqueConstraint(fields=["gathering", "member"], name="activity_hours_once"),
            models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=MOST_HOURS), name="activity_hours_of_one_day"),
        ]

    def __str__(self):
        return f"{self.member_id}: {self.hours}"
