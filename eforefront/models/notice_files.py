"""附件 of notices and news."""

from django.db import models
from django.db.models import Q

from eforefront.models.news import News
from eforefront.models.notices import Notice
from eforefront.querysets.notices import NoticeFileQuerySet
from partyplatform.uploads.records import FileRecord, keeps_files


@keeps_files
class NoticeFile(FileRecord):
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="files", verbose_name="通知")
    news = models.ForeignKey(News, models.PROTECT, null=True, blank=True, related_name="files", verbose_name="动态")

    objects = NoticeFileQuerySet.as_manager()

    class Meta:
        verbose_name = "通知附件"
        verbose_name_plural = "通知附件"
        constraints = [
            models.CheckConstraint(
                condition=Q(notice=None, news__isnull=False) | Q(notice__isnull=False, news=None),
                name="notice_file_of_one",
            )
        ]

    @property
    def subject(self) -> Notice | News:
        """What the file belongs to."""
        return self.notice or self.news
