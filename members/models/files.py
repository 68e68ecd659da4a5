"""附件 and photo of a member: files nobody reads without their key. Source: screens.md 2.5, 2.6; security.md 41."""

from operator import attrgetter

from django.db import models
from django.db.models import Q

from members.models.members import Member
from members.models.standings import Standing
from members.querysets import FileQuerySet
from partyplatform.sealing import SealedColumn, enter
from partyplatform.uploads.records import SecretFile, keeps_files


@keeps_files
class MemberFile(SecretFile):
    """One 附件: of the record as a whole, of a line of one of its tables, or of an act of 党籍管理."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="党员")
    table = models.CharField("表", max_length=20, blank=True)  # the name of a Table of members.sections
    entry = models.PositiveBigIntegerField("行", null=True, blank=True)  # the id of a line of that table
    standing = models.ForeignKey(
        Standing, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党籍变动"
    )

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员附件"
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(table="", entry=None) | (~Q(table="") & Q(entry__isnull=False, standing=None)),
                name="member_file_one_place",
            )
        ]


@keeps_files
class MemberPhoto(SecretFile):
    """The photograph of a member, made small and without whatever else the camera wrote into it."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name="党员")

    objects = FileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员照片"
        constraints = [
            models.UniqueConstraint(fields=["member"], condition=Q(removed_at=None), name="member_photo_one_shown")
        ]


_ORGANIZATION = attrgetter("member.organization_id")
FILE_KEYS = enter(
    SealedColumn(MemberFile, "key_sealed", "文件密钥", place=("members_memberfile", "key"), organization=_ORGANIZATION)
)
PHOTO_KEYS = enter(
    SealedColumn(
        MemberPhoto, "key_sealed", "文件密钥", place=("members_memberphoto", "key"), organization=_ORGANIZATION
    )
)
