"""manage.py publish_audit_head: write the head of the audit chain outside the database, once a day."""

from typing import Any

from django.core.management.base import BaseCommand

from partyplatform.audit.heads import publish


class Command(BaseCommand):
    help = "把审计链头写入 var/audit-heads/ 当日文件并打印，供日后核对"
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(publish() or "还没有审计记录")
