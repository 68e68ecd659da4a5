"""Tries to log in, counted per account and per network."""

from django.db import models


class LoginCounter(models.Model):
    """The tries under one key since its window began. Written by `accounts.throttle` alone, in single statements.

    The key is an HMAC: neither a login name nor a network address can be read from the table.
    """

    key = models.CharField("键", max_length=64, primary_key=True)
    tries = models.PositiveIntegerField("次数")
    strikes = models.PositiveSmallIntegerField("连续锁定次数", default=0)
    ends_at = models.DateTimeField("窗口结束时间", db_index=True)

    class Meta:
        verbose_name = "登录计数"
        verbose_name_plural = "登录计数"

    def __str__(self):
        return f"{self.tries} 次，至 {self.ends_at:%Y-%m-%d %H:%M}"
