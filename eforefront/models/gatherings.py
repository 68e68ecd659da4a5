"""组织生活 and 支部活动: one table for both, who is due, what was voted, what happened, what was kept."""

import uuid
from operator import attrgetter

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from eforefront import codes, voting
from eforefront.gatherings import HELD, ON_LEAVE, PRESENT, Audience, Excuse, Kind, State, phase, status
from eforefront.models.groups import PartyGroup
from eforefront.querysets.gatherings import (
    AttendanceQuerySet,
    GatheringFileQuerySet,
    GatheringQuerySet,
    OfGatheringQuerySet,
)
from members.models import Member
from orgs.models import Organization
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status
from partyplatform.uploads.records import SecretFile, keeps_files

_HELD = [state.value for state in HELD]
_TYPES = {Kind.MEETING: codes.MEETING_TYPES, Kind.ACTIVITY: codes.ACTIVITY_TYPES}


class Gathering(models.Model):
    """One meeting or activity of one organisation. Written by `eforefront.services.gatherings`; nothing else gives it
    another state (`eforefront.gatherings.STEPS`).

    `due` and `present` are the sums of its attendance rows, kept with each change of them. `reason` says why it was
    cancelled, or sent back last. Never deleted: one that does not take place is cancelled.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="党组织"
    )
    kind = models.CharField("类别", max_length=1, choices=Kind)
    type = models.CharField("类型", max_length=2)  # of meeting_type or activity_type
    topic = models.CharField("主题", max_length=100)
    agenda = models.CharField("议程", max_length=1000, blank=True)
    begins_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间")
    place = models.CharField("地点", max_length=100)
    chair = models.CharField("主持人", max_length=50)
    recorder = models.CharField("记录人", max_length=50, blank=True)
    audience = models.CharField("参加范围", max_length=1, choices=Audience, default=Audience.EVERYBODY)
    group = models.ForeignKey(
        PartyGroup, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="党小组"
    )
    guests = models.CharField("列席人员", max_length=300, blank=True)
    notifies = models.BooleanField("发送通知", default=True)
    is_study = models.BooleanField("计入学时", default=False)

    state = models.CharField("状态", max_length=1, choices=State, default=State.DRAFT)
    reason = models.CharField("取消、退回原因", max_length=200, blank=True)
    content = models.TextField("会议内容", max_length=20_000, blank=True)
    resolution = models.CharField("决议", max_length=2000, blank=True)
    due = models.PositiveSmallIntegerField("应到", default=0)
    present = models.PositiveSmallIntegerField("实到", default=0)
    is_late_entry = models.BooleanField("补录", default=False)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    recorded_at = models.DateTimeField("提交时间", null=True, blank=True)
    recorded_by = models.CharField("提交人", max_length=120, blank=True)
    reviewed_at = models.DateTimeField("审阅时间", null=True, blank=True)
    reviewed_by = models.CharField("审阅人", max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = GatheringQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织生活、支部活动"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=Kind.MEETING, type__in=[*codes.MEETING_TYPES.rows])
                | Q(kind=Kind.ACTIVITY, type__in=[*codes.ACTIVITY_TYPES.rows]),
                name="gathering_type_known",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="gathering_state_known"),
            models.CheckConstraint(condition=Q(audience__in=Audience.values), name="gathering_audience_known"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="gathering_ends_after_start"),
            models.CheckConstraint(
                condition=Q(audience=Audience.GROUP, group__isnull=False)
                | (~Q(audience=Audience.GROUP) & Q(group=None)),
                name="gathering_group_where_asked",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_HELD, recorded_at__isnull=False) | (~Q(state__in=_HELD) & Q(recorded_at=None)),
                name="gathering_recorded_with_state",
            ),
            models.CheckConstraint(condition=Q(present__lte=F("due")), name="gathering_present_are_due"),
        ]
        indexes = [
            models.Index(fields=["organization", "kind", "-begins_at"], name="gathering_place"),
            models.Index(fields=["kind", "-begins_at"], name="gathering_latest"),
            # Few among many: what has to be recorded, what has to be read.
            models.Index(fields=["organization", "ends_at"], condition=Q(state="2"), name="gathering_announced"),
            models.Index(fields=["organization"], condition=Q(state="4"), name="gathering_to_review"),
            models.Index(fields=["begins_at"], condition=Q(state="2"), name="gathering_upcoming"),  # for 首页
            models.Index(fields=["ends_at"], condition=Q(state__in=["2", "9"]), name="gathering_told"),  # for 通知
        ]

    def __str__(self):
        return f"{timezone.localtime(self.begins_at):%Y-%m-%d} {self.type_label}：{self.topic}"

    def get_absolute_url(self) -> str:
        """Return the page of a meeting, or of an activity."""
        page = "eforefront:meeting" if self.kind == Kind.MEETING else "eforefront:activity"
        return reverse(page, args=[self.pk])

    @property
    def type_label(self) -> str:
        return _TYPES[Kind(self.kind)].label(self.type)

    @property
    def status(self) -> Status:
        """The state as shown now, with the tone of its tag."""
        return status(phase(self, timezone.now()))

    @property
    def marks(self) -> list[Status]:
        """What a list says behind the topic."""
        tags = [Status("补录", "amber")] if self.is_late_entry else []
        is_back = self.state == State.PUBLISHED and bool(self.reason)
        return [*tags, Status("已退回", "red")] if is_back else tags

    @property
    def when(self) -> str:
        """2026-11-27 14:00–16:00, with the second day where it is another one."""
        begins, ends = timezone.localtime(self.begins_at), timezone.localtime(self.ends_at)
        last = f"{ends:%H:%M}" if begins.date() == ends.date() else f"{ends:%Y-%m-%d %H:%M}"
        return f"{begins:%Y-%m-%d %H:%M}–{last}"

    @property
    def shown_due(self) -> int | str:
        """应到 in a list: nothing before anybody was asked."""
        return "" if self.state == State.DRAFT else self.due

    @property
    def shown_present(self) -> int | str:
        return "" if self.state == State.DRAFT else self.present

    @property
    def rate(self) -> int | None:
        """Attendance in whole per cent of those due."""
        return self.present * 100 // self.due if self.due else None

    @property
    def voting(self) -> voting.Rule | None:
        """How votes are counted here; None where nothing is put to the vote."""
        return voting.RULES.get(self.type) if self.kind == Kind.MEETING else None


class Attendance(models.Model):
    """One member who is due at one gathering: 20 million rows in a city, so nothing here but what each of them needs.

    `state` is empty until something is known. `excuse` takes the member out of those due. `votes` says whether the
    member had a vote when the gathering was announced: 正式党员, not under 留党察看, on a committee as a member of it.
    """

    gathering = models.ForeignKey(
        Gathering, models.PROTECT, related_name="attendance", db_index=False, verbose_name="组织生活、支部活动"
    )
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False, verbose_name="党员")
    state = models.CharField("出席情况", max_length=1, choices=codes.ATTENDANCE.choices, blank=True)
    votes = models.BooleanField("有表决权", default=False)
    excuse = models.CharField("不计入应到", max_length=1, choices=Excuse, blank=True)
    wrong_codes = models.PositiveSmallIntegerField("签到码输错次数", default=0, db_default=0)
    signed_at = models.DateTimeField("签到时间", null=True, blank=True)
    reason = models.CharField("原因", max_length=100, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "出席情况"
        constraints = [
            models.UniqueConstraint(fields=["gathering", "member"], name="attendance_once"),
            models.CheckConstraint(
                condition=Q(state__in=["", "1", "3", "4", "5", "6", "7"]), name="attendance_state_known"
            ),
            models.CheckConstraint(condition=Q(excuse__in=["", *Excuse.values]), name="attendance_excuse_known"),
        ]
        indexes = [models.Index(fields=["member", "-gathering"], name="attendance_of_member")]

    def __str__(self):
        return f"{self.member_id} {self.shown_state}"

    @property
    def is_present(self) -> bool:
        return self.state in PRESENT

    @property
    def is_on_leave(self) -> bool:
        return self.state in ON_LEAVE

    @property
    def shown_state(self) -> str:
        return codes.ATTENDANCE.label(self.state) if self.state else "未登记"

    @property
    def standing(self) -> Status:
        """What is known of the member, with a tone."""
        if self.excuse:
            return Status("不计入应到")
        tone = "green" if self.state == "1" else "amber" if self.state == "3" or self.is_on_leave else ""
        return Status(self.shown_state, "red" if self.state == "7" else tone)


class Vote(models.Model):
    """One question put to the vote, with the figures of 4.5 and what came of them. `written` are opinions handed in
    before the meeting, which count as votes and are among 赞成, 反对 and 弃权."""

    gathering = models.ForeignKey(Gathering, models.PROTECT, related_name="votes", verbose_name="组织生活")
    subject = models.CharField("表决事项", max_length=200)
    admits = models.BooleanField("接收预备党员或转正", default=False)
    due = models.PositiveSmallIntegerField("应到有表决权")
    present = models.PositiveSmallIntegerField("实到有表决权")
    written = models.PositiveSmallIntegerField("书面意见", default=0)
    agree = models.PositiveSmallIntegerField("赞成")
    against = models.PositiveSmallIntegerField("反对")
    abstain = models.PositiveSmallIntegerField("弃权")

    objects = OfGatheringQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "表决"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due__gte=F("present") + F("written"))
                & Q(present__gte=F("agree") + F("against") + F("abstain") - F("written")),
                name="vote_figures_possible",
            )
        ]

    def __str__(self):
        return self.subject

    @property
    def figures(self) -> dict[str, int]:
        """What `voting.problem` asks for."""
        names = ("due", "present", "written", "agree", "against", "abstain")
        return {name: getattr(self, name) for name in names}

    @property
    def told(self) -> str:
        """The figures and the result in one line."""
        return (
            f"应到 {self.due}，实到 {self.present}，书面意见 {self.written}，赞成 {self.agree}，"
            f"反对 {self.against}，弃权 {self.abstain}，{self.result.label}"
        )

    @property
    def outcome(self) -> voting.Outcome:
        return voting.counting(due=self.due, present=self.present, agree=self.agree, admits=self.admits)

    @property
    def result(self) -> Status:
        found = self.outcome
        return Status("通过", "green") if found.is_passed else Status("未通过" if found.is_valid else "无效", "red")


class GatheringEvent(models.Model):
    """What happened with a gathering, only added: each step, each later change of what was recorded."""

    gathering = models.ForeignKey(Gathering, models.PROTECT, related_name="events", verbose_name="组织生活、支部活动")
    label = models.CharField("办理", max_length=20)
    note = models.CharField("内容", max_length=500, blank=True)
    by_name = models.CharField("办理人", max_length=120)
    at = models.DateTimeField("时间", default=timezone.now)

    objects = OfGatheringQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d} {self.label}"


@keeps_files
class GatheringFile(SecretFile):
    """附件 or 照片 of a gathering; a photograph is kept small and without metadata, with a thumbnail of its own."""

    gathering = models.ForeignKey(Gathering, models.PROTECT, related_name="files", verbose_name="组织生活、支部活动")
    is_photo = models.BooleanField("照片", default=False)
    thumbnail_of = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="thumbnail", verbose_name="缩略图"
    )

    objects = GatheringFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织生活、支部活动附件"
        ordering = ["pk"]


GATHERING_FILE_KEYS = enter(
    SealedColumn(
        GatheringFile,
        "key_sealed",
        "文件密钥",
        place=("eforefront_gatheringfile", "key"),
        organization=attrgetter("gathering.organization_id"),
    )
)
