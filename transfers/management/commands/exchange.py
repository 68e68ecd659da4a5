"""The exchange with other installations, for the operator. Source: docs/exchange.md."""

import datetime
import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partyplatform import audit
from transfers.exchange import identity, schemas, wire
from transfers.models import Peer
from transfers.services import delivering, peers, sending

YEAR = 366


class Command(BaseCommand):
    help = "平台间交换：输出本平台的登记文件，登记、启用和停用其他平台"

    def add_arguments(self, parser):
        acts = parser.add_subparsers(dest="act", required=True)
        card = acts.add_parser("card", help="输出本平台的登记文件，交给对方平台")
        card.add_argument("--address", default="", help="本平台的网络地址，https://主机名；不写则只以文件交换")
        card.add_argument("--certificates", help="服务器证书或其发证机构的证书（PEM 文件）")
        card.add_argument("--days", type=int, default=YEAR, help="登记文件的有效天数")
        register = acts.add_parser("register", help="登记一个平台，或更新已登记平台的密钥")
        register.add_argument("file", help="对方平台的登记文件")
        register.add_argument("--fingerprint", required=True, help="与对方电话核对过的密钥指纹")
        register.add_argument("--inside", action="store_true", help="对方在内部网络，允许连接内部地址")
        acts.add_parser("list", help="列出已登记的平台")
        for name, text in (("on", "启用"), ("off", "停用")):
            acts.add_parser(name, help=f"{text}与一个平台的交换").add_argument("platform", help="平台标识")
        acts.add_parser("deliver", help="立即发送到期的消息（后台程序每分钟也会发送）")

    def handle(self, *, act, **options):
        if not identity.own_id():
            raise CommandError(f"{sending.OFF}：请先设置 EXCHANGE_ID。")
        try:
            getattr(self, f"_{act}")(**options)
        except ValidationError as refusal:
            raise CommandError("；".join(refusal.messages)) from None

    def _card(self, *, address, certificates, days, **options):
        pem = _content(certificates).decode("utf-8", "replace") if certificates else ""
        if address and (fault := wire.address_fault(address) or wire.certificate_fault(pem)):
            raise CommandError(fault)
        until = timezone.localdate() + datetime.timedelta(days=days)
        card = identity.card(address=address, certificates=pem, valid_until=until)
        if fault := schemas.fault(card, "card"):
            raise CommandError(fault)
        self.stdout.write(schemas.spelled(card).decode())
        self.stderr.write(f"密钥指纹：{identity.fingerprint(card)}（请与对方电话核对）")

    def _register(self, *, file, fingerprint, inside, **options):
        peer = peers.register(_content(file), by=audit.SYSTEM, is_inside=inside, fingerprint=fingerprint)
        self.stdout.write(f"已登记：{peer}，有效期至 {peer.valid_until}。")

    def _list(self, **options):
        for peer in Peer.objects.order_by("platform"):
            way = peer.address or "只以文件交换"
            self.stdout.write(f"{peer.platform}  {peer.name}  {peer.status.label}  至 {peer.valid_until}  {way}")
            self.stdout.write(f"  指纹 {peer.fingerprint}")

    def _on(self, *, platform, **options):
        self._switch(platform, on=True)

    def _off(self, *, platform, **options):
        self._switch(platform, on=False)

    def _switch(self, platform, *, on):
        peer = Peer.objects.filter(platform=platform).first()
        if peer is None:
            raise CommandError(f"没有登记标识为 {platform} 的平台。")
        peer = peers.switch(peer, on=on, by=audit.SYSTEM, version=peer.version)
        self.stdout.write(f"{peer}：{peer.status.label}。")

    def _deliver(self, **options):
        self.stdout.write(f"送达 {delivering.deliver_messages()} 件。")


def _content(path):
    """Return the bytes of a small file, of the standard input for "-"."""
    try:
        with sys.stdin.buffer if path == "-" else Path(path).open("rb") as source:
            content = source.read(identity.LARGEST_CARD + 1)
    except OSError as fault:
        raise CommandError(f"{path} 不能读取：{fault.strerror}") from None
    if len(content) > identity.LARGEST_CARD:
        raise CommandError(f"{path} 过大")
    return content
