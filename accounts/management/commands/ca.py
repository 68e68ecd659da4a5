"""The authority of this platform, from the terminal: certificates for administrators of committees.

docs/certificates.md tells how to set it up. Source: security.md 13-18.
"""

import getpass
import os
import sys
from pathlib import Path

from cryptography import x509
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import Authority, Certificate, User
from accounts.pki.folder import Folder, FolderFault
from accounts.pki.revocations import split
from accounts.services import authorities, certificates, own_authority
from partyplatform import audit
from partyplatform.ui.columns import display

VERBS = {
    "create": "建立本平台的发证机构",
    "issue": "为一个账号签发一年期证书（.p12 文件），口令只显示一次",
    "renew": "签发接替的新证书：首次使用新证书时，旧证书停用",
    "revoke": "吊销一张证书，并更新吊销列表",
    "crl": "重新签发吊销列表，写出代理服务器所用的文件",
    "import": "导入外部发证机构（如 BJCA）的证书链和吊销列表",
    "register": "为一个账号登记外部机构签发的证书",
    "list": "列出发证机构和证书",
}


class Command(BaseCommand):
    help = "数字证书：" + "；".join(f"{verb} {text}" for verb, text in VERBS.items())

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", required=True)
        added = {verb: verbs.add_parser(verb, help=text) for verb, text in VERBS.items()}
        added["create"].add_argument("--name", required=True, help="发证机构名称")
        for verb in ("issue", "renew"):
            added[verb].add_argument("--out", required=True, type=Path, metavar="FILE.p12")
            added[verb].add_argument("--ask-passphrase", action="store_true", help="自行输入文件口令，不随机生成")
        for verb in ("renew", "revoke"):
            added[verb].add_argument("serial", help="证书序列号，或其末尾至少 8 位")
        added["revoke"].add_argument("--reason", required=True, help="吊销原因")
        added["crl"].add_argument("--days", type=int, default=own_authority.LIST_DAYS, help="吊销列表的有效天数")
        added["import"].add_argument("--name", required=True, help="发证机构名称")
        added["import"].add_argument("--chain", required=True, type=Path, help="PEM：签发用户证书的机构在前")
        added["import"].add_argument("--crl", type=Path, help="PEM：吊销列表")
        added["register"].add_argument("file", type=Path, help=".cer、.crt 或 .pem 文件")
        added["register"].add_argument("--replaces", default="", metavar="SERIAL", help="它所接替的证书")

    def handle(self, *, verb, **options):
        try:
            getattr(self, f"_{verb}")(options)
        except ValidationError as refusal:
            raise CommandError("；".join(refusal.messages)) from None
        except (FolderFault, OSError) as fault:
            raise CommandError(str(fault)) from None

    def _create(self, options):
        folder = Folder()
        passphrase = self._passphrase()
        if "CA_PASSPHRASE" not in os.environ and passphrase != self._ask("再次输入发证机构密钥的口令："):
            raise CommandError("两次输入的口令不一致。")
        own_authority.create(options["name"], folder=folder, passphrase=passphrase)
        self.stdout.write(f"已建立发证机构“{options['name']}”，密钥在 {folder.path}，请离线备份该目录和口令。")

    def _issue(self, options):
        self._hand_out(options, self._account())

    def _renew(self, options):
        old = self._certificate(options["serial"])
        self._hand_out(options, old.user, replaces=old)

    def _hand_out(self, options, user, replaces=None):
        if options["out"].exists():
            raise CommandError(f"{options['out']} 已存在，请换一个文件名。")
        own = self._ask("证书文件的口令：") if options["ask_passphrase"] else ""
        issued = own_authority.issue(
            user, folder=Folder(), passphrase=self._passphrase(), file_passphrase=own, replaces=replaces
        )
        descriptor = os.open(options["out"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(issued.file)
        row = issued.certificate
        self.stdout.write(
            f"已为 {user.name}（{user.masked_id_number}）签发证书 {row.serial}，有效期至 {display(row.not_after)}。"
        )
        self.stdout.write(f"证书文件：{options['out']}")
        if not own:
            self.stdout.write(f"文件口令（只显示这一次，请与文件分开交付）：{issued.passphrase}")

    def _revoke(self, options):
        found = self._certificate(options["serial"])
        certificates.revoke(found, by=audit.SYSTEM, reason=options["reason"])
        self.stdout.write(f"已吊销 {found.user.name} 的证书 {found.serial}，下一次请求起不能再用。")
        if found.authority.is_own:
            self._crl({"days": own_authority.LIST_DAYS})

    def _crl(self, options):
        folder = Folder()
        count = own_authority.sign_list(folder=folder, passphrase=self._passphrase(), days=options["days"])
        self.stdout.write(f"吊销列表已更新（{count} 张），有效 {options['days']} 天；请重新加载代理服务器。")

    def _import(self, options):
        lists = options["crl"].read_bytes() if options["crl"] else b""
        authority = authorities.accept(options["name"], options["chain"].read_bytes(), revocations=lists)
        folder = Folder()
        own_authority.publish(folder)
        self.stdout.write(f"已导入发证机构“{authority.name}”，{folder.path} 中的文件已更新；请重新加载代理服务器。")
        if len(split(lists)) < authority.chain.count("BEGIN CERTIFICATE"):
            self.stdout.write("注意：证书链中有机构没有吊销列表，nginx 的 ssl_crl 会因此拒绝它的全部证书。")

    def _register(self, options):
        user = self._account()
        replaces = self._certificate(options["replaces"]) if options["replaces"] else None
        row = certificates.register(user, options["file"].read_bytes(), by=audit.SYSTEM, replaces=replaces)
        self.stdout.write(f"已为 {user.name} 登记证书 {row.serial}，指纹 {row.fingerprint}。")

    def _list(self, options):
        for authority in Authority.objects.order_by("pk"):
            until = x509.load_pem_x509_certificates(authority.chain.encode())[0].not_valid_after_utc
            lists = [x509.load_pem_x509_crl(part).next_update_utc for part in split(authority.revocations.encode())]
            ends = min((end for end in lists if end is not None), default=None)
            self.stdout.write(
                f"{authority.name}：{'自建' if authority.is_own else '外部'}，证书至 {until:%Y-%m-%d}，"
                f"吊销列表至 {f'{ends:%Y-%m-%d}' if ends else '（无）'}"
            )
        for row in Certificate.objects.select_related("user", "authority").order_by("not_after"):
            self.stdout.write(
                f"  {row.serial}  {row.user.name}  {row.authority.name}  至 {timezone.localdate(row.not_after)}"
                f"  {row.status().label}"
            )

    def _account(self):
        user = User.objects.with_id_number(self._ask("身份证号：")).first()
        if user is None:
            raise CommandError("没有这个身份证号的账号。")
        return user

    def _certificate(self, serial):
        if len(serial) < 8:
            raise CommandError("请输入证书序列号，或其末尾至少 8 位。")
        found = list(
            Certificate.objects.filter(serial__endswith=serial.upper()).select_related("user", "authority")[:2]
        )
        if len(found) != 1:
            raise CommandError("没有这个序列号的证书。" if not found else "有多张证书以此结尾，请输入完整的序列号。")
        return found[0]

    def _passphrase(self):
        return os.environ.get("CA_PASSPHRASE") or self._ask("发证机构密钥的口令：")

    def _ask(self, prompt):
        """Read one line that is not shown; from a pipe when there is no terminal."""
        if sys.stdin.isatty():
            return getpass.getpass(prompt)
        return sys.stdin.readline().rstrip("\n")
