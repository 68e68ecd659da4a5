"""What an account has to be told: signs of a takeover, resets, people who began with a code one issued."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.querysets import AccountNoteQuerySet


class AccountNote(models.Model):
    """One sentence for one person: shown after the next login, and listed under 我的账号 afterwards."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notes", verbose_name="账号")
    text = models.CharField("内容", max_length=300)
    is_warning = models.BooleanField("需要核对", default=False)
    created_at = models.DateTimeField("时间", default=timezone.now)
    shown_at = models.DateTimeField("显示时间", null=True)

    objects = AccountNoteQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "账号提醒"
        ordering = ("-pk",)

    def __str__(self):
        return self.text
