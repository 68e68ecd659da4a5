"""What happened in a development, only added; who went along; its papers; its file on the way to another branch."""

import json
import uuid
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from eforefront.codes import DEVELOPMENT_STEPS
from eforefront.development.states import Deed, HandOverState, Sponsor
from eforefront.models.development import Applicant
from eforefront.querysets.development import (
    DevelopmentFileQuerySet,
    HandOverQuerySet,
    OfApplicantQuerySet,
    SponsorshipQuerySet,
)
from members.models import Member
from orgs.models import Organization
from partyplatform.crypto import Undecipherable
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status
from partyplatform.uploads.records import SecretFile, keeps_files

_FIGURES = ("due", "present", "written", "agree", "against", "abstain")


class DevelopmentRecord(models.Model):
    """One line of the history: a step recorded, sent back, a 考察, a change that followed the roll.

    Of each step before the open one the last line of `Deed.STEP` counts. `facts` (opinions, talks, conclusions) are
    sealed in one piece; figures of a vote stand in columns, for statistics. `marks` say what was late or short.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    applicant = models.ForeignKey(
        Applicant, models.PROTECT, related_name="records", db_index=False, verbose_name="发展党员"
    )
    step = models.CharField("步骤", max_length=2, choices=DEVELOPMENT_STEPS.choices)
    deed = models.CharField("办理", max_length=12, choices=Deed)
    outcome = models.CharField("结果", max_length=10, blank=True)
    label = models.CharField("结果说明", max_length=60, blank=True)
    on = models.DateField("日期")
    facts_sealed = models.BinaryField("内容（密文）", max_length=40_000, blank=True, default=b"")
    marks = models.CharField("提示", max_length=500, blank=True)
    due = models.PositiveSmallIntegerField("应到有表决权", null=True, blank=True)
    present = models.PositiveSmallIntegerField("实到有表决权", null=True, blank=True)
    written = models.PositiveSmallIntegerField("书面意见", null=True, blank=True)
    agree = models.PositiveSmallIntegerField("赞成", null=True, blank=True)
    against = models.PositiveSmallIntegerField("反对", null=True, blank=True)
    abstain = models.PositiveSmallIntegerField("弃权", null=True, blank=True)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="办理组织"
    )
    by_name = models.CharField("办理人", max_length=120)
    at = models.DateTimeField("办理时间", default=timezone.now)

    objects = OfApplicantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发展党员办理记录"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(deed__in=Deed.values), name="development_deed_known"),
            models.CheckConstraint(condition=Q(step__in=[*DEVELOPMENT_STEPS.rows]), name="development_step_known"),
            models.CheckConstraint(
                condition=Q(due=None)
                | (
                    Q(due__gte=F("present") + F("written"))
                    & Q(present__gte=F("agree") + F("against") + F("abstain") - F("written"))
                ),
                name="development_vote_possible",
            ),
        ]
        indexes = [models.Index(fields=["applicant", "step"], name="development_history")]

    def __str__(self):
        return f"{self.on:%Y-%m-%d} {DEVELOPMENT_STEPS.label(self.step)} {self.get_deed_display()}"

    @property
    def facts(self) -> dict[str, Any]:
        """{name: value}; raises `Undecipherable`."""
        return json.loads(DEVELOPMENT_FACTS.text(self) or "{}")

    @property
    def shown_facts(self) -> dict[str, Any]:
        """The facts for a page; one line that says so where they do not open."""
        try:
            return self.facts
        except Undecipherable:
            return {"minutes": "无法解密"}

    def seal_facts(self, facts: dict[str, Any]) -> None:
        """Keep facts; votes are not among them. Saving is the caller's."""
        if facts:
            DEVELOPMENT_FACTS.put(self, json.dumps(facts, ensure_ascii=False))

    @property
    def figures(self) -> dict[str, int]:
        """The figures of a vote, {} where none was taken."""
        return {name: getattr(self, name) for name in _FIGURES} if self.due is not None else {}

    @property
    def mark_list(self) -> list[str]:
        return self.marks.split("；") if self.marks else []


DEVELOPMENT_FACTS = enter(
    SealedColumn(
        DevelopmentRecord,
        "facts_sealed",
        "发展党员办理内容",
        place=("eforefront_developmentrecord", "facts"),
        organization=attrgetter("applicant.organization_id"),
    )
)


class Sponsorship(models.Model):
    """A 培养联系人 or 入党介绍人 of one applicant, from a day on until another one takes over."""

    applicant = models.ForeignKey(Applicant, models.PROTECT, related_name="sponsorships", verbose_name="发展党员")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="党员")
    kind = models.CharField("身份", max_length=10, choices=Sponsor)
    since = models.DateField("开始日期")
    until = models.DateField("结束日期", null=True, blank=True)

    objects = SponsorshipQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "培养联系人、入党介绍人"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "member", "kind"], condition=Q(until=None), name="sponsorship_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=Sponsor.values), name="sponsorship_kind_known"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="sponsorship_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.member.name}"


@keeps_files
class DevelopmentFile(SecretFile):
    """A paper of one step, by its name in the checklist; encrypted."""

    applicant = models.ForeignKey(Applicant, models.PROTECT, related_name="files", verbose_name="发展党员")
    step = models.CharField("步骤", max_length=2, choices=DEVELOPMENT_STEPS.choices)
    paper = models.CharField("材料", max_length=30, blank=True)

    objects = DevelopmentFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发展党员材料"
        ordering = ["step", "pk"]


DEVELOPMENT_FILE_KEYS = enter(
    SealedColumn(
        DevelopmentFile,
        "key_sealed",
        "文件密钥",
        place=("eforefront_developmentfile", "key"),
        organization=attrgetter("applicant.organization_id"),
    )
)


class DossierHandOver(models.Model):
    """The file of an applicant on its way from one branch to another: no 组织关系 moves, time of 考察 adds up."""

    applicant = models.ForeignKey(Applicant, models.PROTECT, related_name="hand_overs", verbose_name="发展党员")
    source = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="移出支部")
    target = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="移入支部")
    state = models.CharField("状态", max_length=10, choices=HandOverState, default=HandOverState.WAITING)
    reason = models.CharField("移交原因", max_length=200)
    asked_by = models.CharField("移交人", max_length=120)
    asked_at = models.DateTimeField("移交时间", default=timezone.now)
    answer = models.CharField("意见", max_length=200, blank=True)
    decided_by = models.CharField("接收人", max_length=120, blank=True)
    decided_at = models.DateTimeField("接收时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发展党员材料移交"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["applicant"], condition=Q(state=HandOverState.WAITING), name="dossier_one_waiting"
            ),
            models.CheckConstraint(condition=Q(state__in=HandOverState.values), name="dossier_state_known"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="dossier_goes_elsewhere"),
        ]

    def __str__(self):
        return f"{self.applicant_id}: {self.source_id} → {self.target_id}"

    @property
    def url(self) -> str:
        return reverse("eforefront:hand_over", args=[self.pk])

    @property
    def status(self) -> Status:
        tones = {HandOverState.WAITING: "amber", HandOverState.ACCEPTED: "green", HandOverState.REFUSED: "red"}
        return Status(self.get_state_display(), tones.get(HandOverState(self.state), ""))
