"""Write the pages of docs/ that are drawn from tables in the code."""

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts.permissions_page import permissions_page


class Command(BaseCommand):
    help = "重写由代码中的表生成的文档（docs/permissions.md）"
    requires_system_checks: list[str] = []

    def handle(self, **options):
        page = settings.BASE_DIR / "docs" / "permissions.md"
        page.write_text(permissions_page(), encoding="utf-8")
        self.stdout.write(f"已写入 docs/{page.name}")
