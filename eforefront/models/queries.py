"""查询统计: queries that were given a name. Source: screens.md 2.8."""

import uuid
from operator import attrgetter

from django.db import models
from django.db.models import Q
from django.urls import reverse

from eforefront.queries.definition import Query, load
from eforefront.querysets.queries import SavedQuerySet
from orgs.models import Organization
from partyplatform.sealing import SealedColumn, enter


class SavedQuery(models.Model):
    """One query of one person. The definition is sealed: names and numbers may stand in its conditions.

    Written by `eforefront.services.queries`.
    """

    class Sharing(models.TextChoices):
        NOBODY = "nobody", "仅本人"
        COLLEAGUES = "colleagues", "本党组织的管理员"
        BELOW = "below", "本党组织和下级党组织的管理员"

    class Use(models.TextChoices):
        LIST = "list", "组合查询"
        TABLE = "table", "随机统计"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner_uid = models.UUIDField(db_index=True, editable=False)
    owner_name = models.CharField("保存人", max_length=50, editable=False)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="党组织")
    name = models.CharField("查询名称", max_length=50)
    use = models.CharField("用途", max_length=5, choices=Use, default=Use.LIST)
    sharing = models.CharField("共享范围", max_length=10, choices=Sharing, default=Sharing.NOBODY)
    definition_sealed = models.BinaryField("查询内容（密文）", max_length=100_000)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField("保存时间", auto_now=True)

    objects = SavedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "已保存的查询"
        constraints = [
            models.UniqueConstraint(
                fields=["owner_uid", "name"], name="saved_query_name_once", violation_error_message="已有同名的查询"
            ),
            models.CheckConstraint(
                condition=Q(sharing__in=["nobody", "colleagues", "below"]), name="saved_query_sharing_known"
            ),
            models.CheckConstraint(condition=Q(use__in=["list", "table"]), name="saved_query_use_known"),
        ]
        indexes = [
            models.Index(fields=["organization", "sharing"], condition=~Q(sharing="nobody"), name="saved_query_shared")
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        page = "queries:table" if self.use == self.Use.TABLE else "queries:result"
        return f"{reverse(page)}?saved={self.uid}"

    @property
    def query(self) -> Query:
        """The definition; raises ValidationError for one that cannot be read, `Undecipherable` without its key."""
        return load(DEFINITIONS.text(self))


DEFINITIONS = enter(
    SealedColumn(
        SavedQuery,
        "definition_sealed",
        "查询内容",
        place=("eforefront_savedquery", "definition"),
        organization=attrgetter("organization_id"),
    )
)
