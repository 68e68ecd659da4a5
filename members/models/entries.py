"""The tables of a member's record: offices, honours, discipline, reviews, hardship, family, schooling, training.

Rows are taken off the page, never deleted. Written by `members.services.sections`.
"""

from django.db import models
from django.db.models import F, Q

from members import codes
from members.models.members import Member
from members.querysets import EntryQuerySet


class Entry(models.Model):
    """One line of one table of a member."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="党员")
    version = models.PositiveIntegerField(default=1, editable=False)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True


class Office(Entry):
    """行政职务."""

    unit = models.CharField("单位", max_length=100)
    department = models.CharField("部门", max_length=100, blank=True)
    title = models.CharField("职务", max_length=60)
    rank = models.CharField("级别", max_length=30, blank=True)
    begins_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "行政职务"
        ordering = ["-begins_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="office_ends_after_start",
                violation_error_message="结束日期不能早于开始日期",
            )
        ]

    def __str__(self):
        return f"{self.unit}{self.title}"

    @property
    def is_present(self) -> bool:
        return self.ends_on is None


class Honour(Entry):
    """表彰."""

    kind = models.CharField("表彰", max_length=2, choices=codes.MEMBER_HONOURS)
    level = models.CharField("级别", max_length=2, choices=codes.HONOUR_LEVELS.choices)
    given_on = models.DateField("日期")
    authority = models.CharField("批准机关", max_length=100)
    document = models.CharField("文号", max_length=60, blank=True)
    revoked_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "表彰"
        ordering = ["-given_on", "pk"]

    def __str__(self):
        return self.get_kind_display()


class Penalty(Entry):
    """处分. 留党察看 takes the vote and the right to be elected (workflows.md 5.1)."""

    kind = models.CharField("处分", max_length=2, choices=codes.DISCIPLINES.choices)
    given_on = models.DateField("日期")
    authority = models.CharField("批准机关", max_length=100)
    document = models.CharField("文号", max_length=60, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    revoked_on = models.DateField("撤销日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "处分"
        ordering = ["-given_on", "pk"]

    def __str__(self):
        return self.get_kind_display()


class Review(Entry):
    """民主评议: one result for each year."""

    year = models.PositiveSmallIntegerField("年度")
    grade = models.CharField("等次", max_length=2, choices=codes.REVIEW_GRADES.choices)
    handling = models.CharField("处置", max_length=2, choices=codes.REVIEW_HANDLING.choices, blank=True)
    branch = models.CharField("评议支部", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "民主评议"
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "year"],
                condition=Q(removed_at=None),
                name="review_once_a_year",
                violation_error_message="该年度已有评议结果",
            )
        ]

    def __str__(self):
        return f"{self.year} 年 {self.get_grade_display()}"


class Hardship(Entry):
    """困难情况."""

    kind = models.CharField("困难类型", max_length=50)
    since_on = models.DateField("认定日期")
    until_on = models.DateField("解除日期", null=True, blank=True)
    measures = models.CharField("帮扶措施", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "困难情况"
        ordering = ["-since_on", "pk"]

    def __str__(self):
        return self.kind


class Relative(Entry):
    """家庭成员."""

    name = models.CharField("姓名", max_length=50)
    relation = models.CharField("称谓", max_length=20)
    born_on = models.DateField("出生日期", null=True, blank=True)
    politics = models.CharField("政治面貌", max_length=2, choices=codes.POLITICS.choices, blank=True)
    unit = models.CharField("工作单位及职务", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "家庭成员"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.relation} {self.name}"


class Schooling(Entry):
    """学历学位."""

    school = models.CharField("学校", max_length=100)
    major = models.CharField("专业", max_length=60, blank=True)
    education = models.CharField("学历", max_length=2, choices=codes.EDUCATION.choices)
    degree = models.CharField("学位", max_length=2, choices=codes.DEGREES.choices, blank=True)
    begins_on = models.DateField("入学日期", null=True, blank=True)
    ends_on = models.DateField("毕业日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "学历学位"
        ordering = ["-ends_on", "pk"]

    def __str__(self):
        return f"{self.school}{self.get_education_display()}"


class Training(Entry):
    """培训."""

    name = models.CharField("培训名称", max_length=100)
    organizer = models.CharField("主办单位", max_length=100, blank=True)
    begins_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)
    hours = models.PositiveSmallIntegerField("学时", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "培训"
        ordering = ["-begins_on", "pk"]

    def __str__(self):
        return self.name
