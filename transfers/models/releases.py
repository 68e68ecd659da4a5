"""职务 that end with a transfer."""

from django.db import models

from members.models import Post
from transfers.models.transfers import Transfer
from transfers.querysets import ReleaseQuerySet


class TransferRelease(models.Model):
    """A post its holder is released from in the act of being transferred: it ends when the member moves, and goes on
    when nothing comes of the transfer. The reason is the transfer's `release_reason`."""

    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="releases", db_index=False, verbose_name="组织关系转接"
    )
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", verbose_name="职务")

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = "同时免去的职务"
        verbose_name_plural = "同时免去的职务"
        constraints = [models.UniqueConstraint(fields=["transfer", "post"], name="transfer_release_once")]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """示大信息学院硕士第一党支部书记."""
        return f"{self.post.term.organization.short_name}{self.post.duty_label}"
