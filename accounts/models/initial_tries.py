"""Tries of the manual's initial password, counted per network."""

from django.db import models


class InitialTry(models.Model):
    """The last try for one account from one network; the row without an account says since when the network is off.

    Both are keyed hashes. Written by `accounts.services.initial_password` alone.
    """

    network = models.CharField("网络（检索键）", max_length=64)
    account = models.CharField("账号（检索键）", max_length=64, blank=True)
    tried_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "初始密码尝试"
        constraints = [models.UniqueConstraint(fields=["network", "account"], name="initial_try_once")]

    def __str__(self):
        return f"{self.tried_at:%Y-%m-%d %H:%M}"
