"""Between platforms: the installations known here, and the messages that came from them and go to them."""

import uuid
from operator import attrgetter

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from orgs.models import Organization
from partyplatform.sealing import SealedColumn, enter
from partyplatform.ui.status import Status
from transfers.codes import InState, MessageKind, OutState, Way
from transfers.models.transfers import Transfer
from transfers.querysets import InMessageQuerySet, OutMessageQuerySet, PeerQuerySet

_IN_TONES = {InState.NEW: "blue", InState.TAKEN: "blue", InState.DONE: "green", InState.REFUSED: "amber"}
_IN_TONES |= {InState.APPLIED: "green", InState.HELD: "red"}
_OUT_TONES = {OutState.WAITING: "blue", OutState.FILE: "blue", OutState.DELIVERED: "gold", OutState.ANSWERED: "green"}
_OUT_TONES |= {OutState.RETURNED: "red", OutState.REJECTED: "red", OutState.EXPIRED: "red"}
_OPEN_OUT = Q(state__in=[OutState.WAITING, OutState.FILE, OutState.DELIVERED])


class Peer(models.Model):
    """Another installation of the platform, registered by the file it gave (`exchange.identity.read_card`)."""

    uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    platform = models.CharField("平台标识", max_length=63, unique=True)
    name = models.CharField("平台名称", max_length=50)
    address = models.CharField("地址", max_length=200, blank=True)
    certificates = models.TextField("服务器证书", blank=True)
    is_inside = models.BooleanField("在内部网络", default=False)
    signing_keys = models.JSONField("签名公钥")
    sealing_keys = models.JSONField("加密公钥")
    fingerprint = models.CharField("密钥指纹", max_length=60)
    valid_until = models.DateField("登记有效期至")
    is_on = models.BooleanField("启用", default=True)
    registered_by = models.CharField("登记人", max_length=120)
    registered_at = models.DateTimeField("登记时间", default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PeerQuerySet.as_manager()

    class Meta:
        verbose_name = "交换平台"
        verbose_name_plural = "交换平台"

    def __str__(self):
        return f"{self.name}（{self.platform}）"

    @property
    def status(self) -> Status:
        if not self.is_on:
            return Status("已停用", "")
        return Status("已到期", "red") if self.valid_until < timezone.localdate() else Status("启用", "green")

    def refusal(self) -> str:
        """Return why nothing is exchanged with it now, "" when it may."""
        if not self.is_on:
            return "与该平台的交换已停用"
        day = self.valid_until
        return f"该平台的登记已于 {day:%Y-%m-%d} 到期" if day < timezone.localdate() else ""

    def signing_key(self, key_id: str) -> str:
        return next((row["key"] for row in self.signing_keys if row["id"] == key_id), "")

    def newest_sealing_key(self) -> tuple[str, str]:
        newest = self.sealing_keys[-1]
        return newest["id"], newest["key"]


class InMessage(models.Model):
    """One message that came and was found right. `place` has it to do with; `uid` and `digest` tell a repeated one.

    `reference` is the sender's transfer of a 转接, ours of a 回执 or 退回. `transfer` is what it became or speaks of.
    """

    peer = models.ForeignKey(Peer, models.PROTECT, related_name="+", db_index=False, verbose_name="发件平台")
    uid = models.UUIDField("消息编号")
    kind = models.CharField("类型", max_length=10, choices=MessageKind)
    way = models.CharField("方式", max_length=10, choices=Way)
    digest = models.CharField("摘要", max_length=64)
    state = models.CharField("状态", max_length=10, choices=InState)
    reference = models.UUIDField("对方转接")
    place = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="办理组织")
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="messages_in", null=True, blank=True, verbose_name="组织关系转接"
    )
    name = models.CharField("姓名", max_length=50)
    letter_number = models.CharField("介绍信编号", max_length=40)
    sender = models.CharField("发件党组织", max_length=100)
    heading = models.CharField("抬头（接收党组织名称）", max_length=100, blank=True)
    destination = models.CharField("转往（去何单位）", max_length=100, blank=True)
    letter_until = models.DateField("介绍信有效期至", null=True, blank=True)
    content_sealed = models.BinaryField("内容（密文）", max_length=40000)
    row_uid = models.UUIDField("内部标识", default=uuid.uuid4, unique=True, editable=False)
    received_at = models.DateTimeField("收到时间", default=timezone.now)
    received_by = models.CharField("经办人", max_length=120)
    remark = models.CharField("说明", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = InMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "收到的交换消息"
        verbose_name_plural = "收到的交换消息"
        constraints = [
            models.UniqueConstraint(fields=["peer", "uid"], name="exchange_in_once"),
            models.UniqueConstraint(
                fields=["peer", "reference"],
                condition=Q(kind="transfer", state__in=[InState.NEW, InState.TAKEN]),
                name="exchange_in_one_open_each",
            ),
            models.CheckConstraint(condition=Q(state__in=InState.values), name="exchange_in_state_known"),
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="exchange_in_kind_known"),
        ]
        indexes = [models.Index(fields=["place", "-id"], name="exchange_in_place")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.letter_number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("transfers:inbox_item", args=[self.pk])

    @property
    def status(self) -> Status:
        return Status(self.get_state_display(), _IN_TONES.get(InState(self.state), ""))

    @property
    def is_new(self) -> bool:
        return self.state == InState.NEW


class OutMessage(models.Model):
    """One message on its way out. `envelope` is sealed for the addressee: nobody here can open it."""

    uid = models.UUIDField("消息编号", default=uuid.uuid4, unique=True, editable=False)
    peer = models.ForeignKey(Peer, models.PROTECT, related_name="+", verbose_name="收件平台")
    kind = models.CharField("类型", max_length=10, choices=MessageKind)
    way = models.CharField("方式", max_length=10, choices=Way)
    state = models.CharField("状态", max_length=10, choices=OutState)
    place = models.ForeignKey(Organization, models.PROTECT, related_name="+", db_index=False, verbose_name="发件党组织")
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="messages_out", null=True, blank=True, verbose_name="组织关系转接"
    )
    answers = models.ForeignKey(
        InMessage, models.PROTECT, related_name="answered_by", null=True, blank=True, verbose_name="所答复的消息"
    )
    name = models.CharField("姓名", max_length=50)
    letter_number = models.CharField("介绍信编号", max_length=40)
    envelope = models.BinaryField("消息", max_length=65536)
    created_at = models.DateTimeField("生成时间", default=timezone.now)
    created_by = models.CharField("经办人", max_length=120)
    expires_at = models.DateTimeField("有效期至")
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    tries = models.PositiveIntegerField("已尝试次数", default=0)
    next_try_at = models.DateTimeField("下次尝试", null=True, blank=True)
    remark = models.CharField("说明", max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OutMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "发出的交换消息"
        verbose_name_plural = "发出的交换消息"
        constraints = [
            models.UniqueConstraint(
                fields=["transfer"],
                condition=Q(kind="transfer") & _OPEN_OUT,
                name="exchange_out_one_open_each",
                violation_error_message="该转接已发往对方平台",
            ),
            models.CheckConstraint(condition=Q(state__in=OutState.values), name="exchange_out_state_known"),
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="exchange_out_kind_known"),
            models.CheckConstraint(
                condition=Q(state="waiting", next_try_at__isnull=False) | (~Q(state="waiting") & Q(next_try_at=None)),
                name="exchange_out_tried_while_waiting",
            ),
        ]
        indexes = [
            models.Index(fields=["place", "-id"], name="exchange_out_place"),
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="exchange_out_due"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.letter_number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("transfers:outbox_item", args=[self.pk])

    @property
    def status(self) -> Status:
        is_over = self.state == OutState.DELIVERED and self.kind != MessageKind.TRANSFER  # nothing answers an answer
        return Status(self.get_state_display(), "green" if is_over else _OUT_TONES.get(OutState(self.state), ""))

    @property
    def is_waiting(self) -> bool:
        return self.state == OutState.WAITING

    @property
    def may_be_taken(self) -> bool:
        """Whether its file is still of use to the other side: not once it is answered, void or out of time."""
        return self.state in (OutState.WAITING, OutState.FILE, OutState.DELIVERED)

    @property
    def may_be_cancelled(self) -> bool:
        """A transfer that nobody has got, as far as is known. Answers are owed."""
        return self.kind == MessageKind.TRANSFER and self.state in (OutState.WAITING, OutState.FILE)


CONTENTS = enter(
    SealedColumn(
        InMessage,
        "content_sealed",
        "交换消息内容",
        place=("transfers_inmessage", "content"),
        row="row_uid",
        organization=attrgetter("place_id"),
    )
)
