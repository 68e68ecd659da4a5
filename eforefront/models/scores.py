"""分数: a ledger of entries, and the sums of each year. Source: screens.md 3.10."""

from django.db import models
from django.db.models import Q

from eforefront.codes import ScoreSource
from eforefront.querysets.scores import ScoreEntryQuerySet, ScoreYearQuerySet
from members.models import Member


class ScoreEntry(models.Model):
    """One line of the ledger: only added, never changed. What was wrong is set right by an entry against it.

    `key` names what the entry comes of, "activity:17": the entries of one key add up to what its rule gives now.
    Written by `eforefront.services.scores`.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="score_entries", verbose_name="党员")
    on = models.DateField("日期")
    reason = models.CharField("事由", max_length=100)
    points = models.DecimalField("分值", max_digits=5, decimal_places=1)
    source = models.CharField("来源", max_length=10, choices=ScoreSource)
    key = models.CharField("来源事项", max_length=40, blank=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction", verbose_name="更正"
    )
    entered_by = models.CharField("登记人", max_length=120)
    entered_at = models.DateTimeField("登记时间", auto_now_add=True)

    objects = ScoreEntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "分数明细"
        constraints = [
            models.CheckConstraint(condition=~Q(points=0), name="score_entry_says_something"),
            models.CheckConstraint(condition=Q(source__in=ScoreSource.values), name="score_entry_source_known"),
        ]
        indexes = [
            models.Index(fields=["member", "-on", "-id"], name="score_entry_ledger"),
            models.Index(fields=["key", "member"], condition=~Q(key=""), name="score_entry_key"),
        ]

    def __str__(self):
        return f"{self.on:%Y-%m-%d} {self.reason} {self.points:+}"


class ScoreYear(models.Model):
    """The sum of one member's entries of one year, as the column of 党员信息 shows it."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="score_years", verbose_name="党员")
    year = models.PositiveSmallIntegerField("年度")
    points = models.DecimalField("分数", max_digits=6, decimal_places=1, default=0)

    objects = ScoreYearQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度分数"
        constraints = [models.UniqueConstraint(fields=["member", "year"], name="score_year_once")]

    def __str__(self):
        return f"{self.year}: {self.points}"
