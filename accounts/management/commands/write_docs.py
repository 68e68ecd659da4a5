"""Write the pages of docs/ that are drawn from tables in the code."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.permissions_page import permissions_page
from partyplatform.manual_page import manual_pages
from partyplatform.security_page import security_page
from partyplatform.third_party import third_party_page
from transfers.chart import transfers_page

PAGES = {
    "permissions.md": permissions_page,
    "security.md": security_page,
    "third-party.md": third_party_page,
    "transfers.md": transfers_page,
}


class Command(BaseCommand):
    help = "重写由代码中的表生成的文档（docs/ 下的权限、安全、第三方软件包、转接四页）和操作手册"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "docs", help="写入的文件夹，默认 docs/")

    def handle(self, *, folder, **options):
        pages = {name: drawn() for name, drawn in PAGES.items()}
        pages |= {f"manual/{name}": text for name, text in manual_pages().items()}
        (folder / "manual").mkdir(exist_ok=True)
        for name, text in pages.items():
            (folder / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"已写入 {name}")
