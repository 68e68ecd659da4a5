"""The Party organisation: one row per 党组织, dissolved ones included."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from mptt.models import TreeForeignKey

from orgs import codes
from orgs.codes import OrgType, UnitRelation
from orgs.nodes import Node, NodeManager
from orgs.querysets import OrganizationQuerySet
from partyplatform.ui.status import Status


class Organization(Node):
    """One 党组织. Structure is written by `orgs.tree` alone, everything else by `orgs.services`.

    `lft` and `rght` are numbered with gaps (docs/decisions/0003-tree-numbers.md): they order and nest, but their
    distance says nothing about how many organisations lie between.
    """

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    parent = TreeForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        db_index=False,  # org_children begins with it
        verbose_name="上级组织名称",
    )
    tree_id = models.PositiveIntegerField(editable=False)
    lft = models.BigIntegerField(editable=False)
    rght = models.BigIntegerField(editable=False)
    level = models.PositiveSmallIntegerField(editable=False)

    code = models.CharField("党组织编码", max_length=12, unique=True, editable=False)
    full_name = models.CharField("党组织全称", max_length=100)
    short_name = models.CharField("党组织简称", max_length=50)
    org_type = models.CharField("组织类别", max_length=3, choices=OrgType)
    affiliation = models.CharField("党组织隶属关系", max_length=2, choices=codes.AFFILIATIONS.choices)
    founded_on = models.DateField("批准建立党组织日期")
    founding_document = models.CharField("批复文号", max_length=60, blank=True)
    is_functional = models.BooleanField("是否是功能型党支部", default=False)
    is_elderly_majority = models.BooleanField("以老年党员为主的党支部", default=False)
    unit_relation = models.CharField(
        "所在单位情况", max_length=1, choices=UnitRelation, default=UnitRelation.SAME_AS_PARENT
    )
    unit_name = models.CharField("所在单位", max_length=100)
    contact_name = models.CharField("联系人", max_length=50, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)

    # 发展党员权限, given by the level above (`orgs.services.development`). The approving committees are also those
    # that exchange letters in transfers. Source: workflows.md 3.2, 4.4.
    may_develop = models.BooleanField("使用发展党员模块", default=False, db_default=False, editable=False)
    may_approve = models.BooleanField("批准预备党员", default=False, db_default=False, editable=False)

    dissolved_on = models.DateField("撤销日期", null=True, blank=True, editable=False)
    dissolving_document = models.CharField("撤销文号", max_length=60, blank=True, editable=False)

    # Own counters, written by `orgs.totals.change` with each change of a member.
    full_members = models.PositiveIntegerField("正式党员", default=0, editable=False)
    probationary_members = models.PositiveIntegerField("预备党员", default=0, editable=False)
    filled_items = models.PositiveIntegerField("已填项", default=0, editable=False)
    required_items = models.PositiveIntegerField("应填项", default=0, editable=False)

    search_text = models.CharField(max_length=300, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = NodeManager.from_queryset(OrganizationQuerySet)()

    class MPTTMeta:
        left_attr = "lft"
        right_attr = "rght"

    class Meta:
        verbose_name = "党组织"
        verbose_name_plural = "党组织"
        constraints = [
            models.UniqueConstraint(
                fields=["full_name"],
                condition=Q(dissolved_on__isnull=True),
                name="org_full_name_unique",
                violation_error_message="党组织全称已存在",
            ),
            models.UniqueConstraint(
                fields=["parent", "short_name"],
                condition=Q(dissolved_on__isnull=True),
                name="org_short_name_unique_in_parent",
                violation_error_message="同一上级党组织下已有相同的党组织简称",
            ),
            models.CheckConstraint(condition=Q(org_type__in=OrgType.values), name="org_type_known"),
            models.CheckConstraint(
                condition=Q(affiliation__in=list(codes.AFFILIATIONS.rows)), name="org_affiliation_known"
            ),
            models.CheckConstraint(condition=Q(unit_relation__in=UnitRelation.values), name="org_unit_relation_known"),
            models.CheckConstraint(
                condition=Q(may_approve=False) | Q(org_type=OrgType.COMMITTEE), name="org_only_committees_approve"
            ),
            models.CheckConstraint(
                condition=Q(may_develop=False) | (Q(is_functional=False) & ~Q(org_type__in=sorted(codes.TEMPORARY))),
                name="org_only_lasting_ones_develop",
            ),
            models.CheckConstraint(condition=Q(lft__lt=F("rght")), name="org_interval_open"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, level=0) | Q(parent__isnull=False, level__gt=0), name="org_root_on_top"
            ),
            models.UniqueConstraint(
                fields=["tree_id"], condition=Q(parent__isnull=True), name="org_one_root_in_a_tree"
            ),
        ]
        indexes = [
            models.Index(fields=["tree_id", "lft"], name="org_tree"),
            # What 首页 counts: a few among very many (orgs/reminders.py asks with the same conditions).
            models.Index(
                fields=["tree_id", "lft"],
                condition=Q(dissolved_on__isnull=True, filled_items__lt=F("required_items")),
                name="org_incomplete",
            ),
            models.Index(
                fields=["tree_id", "lft"],
                condition=Q(
                    dissolved_on__isnull=True, is_functional=False, full_members__lt=3, org_type__in=["631", "632"]
                ),
                name="org_thin",
            ),
            models.Index(
                fields=["tree_id", "lft"],
                condition=Q(
                    dissolved_on__isnull=True,
                    is_functional=False,
                    full_members__gt=50 - F("probationary_members"),
                    org_type__in=["631", "632"],
                ),
                name="org_crowded",
            ),
            models.Index(fields=["parent", "lft"], name="org_children"),
            models.Index(fields=["tree_id", "short_name"], name="org_short_name"),
        ]

    def __str__(self):
        return self.short_name

    def get_absolute_url(self) -> str:
        return reverse("orgs:detail", args=[self.pk])

    @property
    def marks(self) -> list[Status]:
        """What a list says behind the name."""
        marks = [Status(f"已撤销 {self.dissolved_on:%Y-%m-%d}")] if self.dissolved_on else []
        return [*marks, Status("功能型", "gold")] if self.is_functional else marks

    @property
    def development(self) -> Status:
        """Whether the organisation uses the development module, as a tag."""
        if self.may_develop:
            return Status("已开通", "green")
        return Status("不适用" if self.is_temporary or self.is_functional else "未开通")

    @property
    def approval(self) -> Status:
        """Whether the organisation approves candidates, as a tag; all but committees only review and pass on."""
        if self.may_approve:
            return Status("可以批准", "green")
        return Status("未授权" if self.org_type == OrgType.COMMITTEE else "只能审议")

    @property
    def is_living(self) -> bool:
        return self.dissolved_on is None

    @property
    def enrolled(self) -> int:
        """Members enrolled in this very organisation."""
        return self.full_members + self.probationary_members

    @property
    def holds_members(self) -> bool:
        """Only branches carry members; guests of temporary and functional branches stay enrolled at home."""
        return self.org_type in codes.BRANCHES and not self.is_temporary and not self.is_functional

    @property
    def is_branch(self) -> bool:
        return self.org_type in codes.BRANCHES

    @property
    def is_committee(self) -> bool:
        return self.org_type in codes.COMMITTEES

    @property
    def is_temporary(self) -> bool:
        return self.org_type in codes.TEMPORARY

    @property
    def org_type_display(self) -> str:
        """党支部(631)"""
        return codes.ORG_TYPES.display(self.org_type)

    @property
    def org_type_label(self) -> str:
        return codes.ORG_TYPES.label(self.org_type)

    @property
    def affiliation_label(self) -> str:
        return codes.AFFILIATIONS.label(self.affiliation)


class OrganizationProfile(models.Model):
    """扩展信息集: what letters print and what nobody filters by."""

    organization = models.OneToOneField(
        Organization, models.CASCADE, primary_key=True, related_name="profile", verbose_name="党组织"
    )
    address = models.CharField("通讯地址", max_length=200, blank=True)
    postcode = models.CharField("邮编", max_length=6, blank=True)
    fax = models.CharField("传真", max_length=30, blank=True)
    venue = models.CharField("活动场所", max_length=200, blank=True)
    remark = models.CharField("备注", max_length=500, blank=True)

    class Meta:
        verbose_name = "扩展信息集"
        verbose_name_plural = "扩展信息集"

    def __str__(self):
        return f"{self.organization_id} 扩展信息集"


class CodeSequence(models.Model):
    """The last 党组织编码 given under a prefix. It only grows, so no code is ever given twice."""

    prefix = models.CharField("前缀", max_length=8, unique=True)
    last = models.PositiveBigIntegerField("最近一个序号", default=0)

    class Meta:
        verbose_name = "党组织编码序列"
        verbose_name_plural = "党组织编码序列"

    def __str__(self):
        return f"{self.prefix} {self.last}"
