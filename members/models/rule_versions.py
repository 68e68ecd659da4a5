"""The rules of 信息完整度 the platform's operator put in force. Source: workflows.md 10."""

from django.db import models
from django.db.models import Q, Subquery

from members.completeness import CONDITIONS, DEFAULTS, Rule, Rules
from partyplatform.ui.status import Status


class RuleVersionQuerySet(models.QuerySet):
    def in_force(self) -> Rules:
        """Return the newest version's rules, those of the code before there is one; in one statement.

        An item a later release added is in no earlier version: it does not count until a version says so.
        """
        newest = self.model._base_manager.order_by("-pk").values("pk")[:1]
        rows = RuleLine._base_manager.filter(version=Subquery(newest)).values_list(
            "version_id", "version__scored_to", "version__scored_at", "field", "condition", "counts"
        )
        lines = {field: (version, to, at, condition, counts) for version, to, at, field, condition, counts in rows}
        if not lines:
            return Rules(0, DEFAULTS)
        version, to, at, *_ = next(iter(lines.values()))
        kept = {field: Rule(field, condition, counts) for field, (*_, condition, counts) in lines.items()}
        rules = tuple(kept.get(rule.field, Rule(rule.field, rule.condition, counts=False)) for rule in DEFAULTS)
        return Rules(version, rules, scored_to=None if at else to)

    def newest_first(self) -> models.QuerySet:
        return self.order_by("-pk")


class RuleVersion(models.Model):
    """One version, in force from its making until the next; its number is its id, 0 are the rules of the code.

    Records are scored anew in the order of their ids: `scored_to` is how far that came.
    """

    made_at = models.DateTimeField("启用时间", auto_now_add=True)
    by_name = models.CharField("启用人", max_length=100)
    by_label = models.CharField("角色", max_length=200)
    reason = models.CharField("变更原因", max_length=200)
    scored_to = models.BigIntegerField("已重新计算到", default=0, editable=False)
    scored_at = models.DateTimeField("重新计算完成时间", null=True, blank=True, editable=False)
    changed = models.PositiveIntegerField("完整度有变化的党员", default=0, editable=False)
    job_uid = models.UUIDField("后台任务", null=True, editable=False)

    objects = RuleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "完整度规则版本"
        verbose_name_plural = "完整度规则版本"

    def __str__(self):
        return f"第 {self.pk} 版"

    @property
    def status(self) -> Status:
        """Whether all records follow it, with the tone of its tag."""
        return Status("已完成", "green") if self.scored_at else Status("重新计算中", "blue")


class RuleLine(models.Model):
    """One item in one version."""

    version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="lines", verbose_name="版本")
    field = models.CharField("项目", max_length=30)
    condition = models.CharField("计入条件", max_length=20)
    counts = models.BooleanField("计入")

    class Meta:
        verbose_name = "完整度规则"
        verbose_name_plural = "完整度规则"
        constraints = [
            models.UniqueConstraint(fields=["version", "field"], name="rule_line_once"),
            models.CheckConstraint(condition=Q(condition__in=list(CONDITIONS)), name="rule_line_condition_known"),
        ]

    def __str__(self):
        return f"{self.version_id} {self.field}"
