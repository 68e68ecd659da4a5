"""manage.py restore: a backup into an empty database and an empty folder, proved in the end."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from partyplatform.backups.failing import Refused
from partyplatform.backups.restoring import differing, restore
from partyplatform.uploads import StorageAway


class Command(BaseCommand):
    help = "把备份恢复到空的数据库和目录；密钥不符、数据库不空、备份损坏时拒绝；最后核对全部数据"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="备份", help="backup 写成的目录")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = restore(folder)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except StorageAway as away:
            raise CommandError(f"{away}：恢复没有完成，请用空的数据库和存储桶重来") from None
        if faults := list(differing(manifest)):
            raise CommandError("；".join(faults))
        self.stdout.write(f"已恢复 {sum(manifest['rows'].values())} 行、{len(manifest['files'])} 个文件")
        call_command(
            "migrate", verbosity=0, interactive=False, stdout=self.stdout
        )  # of a version newer than the backup
        call_command("check_integrity", stdout=self.stdout)
