"""manage.py backup: database and files into a folder of their own, without any key."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from partyplatform.backups.failing import Refused
from partyplatform.backups.making import clear_old, make
from partyplatform.uploads import StorageAway


class Command(BaseCommand):
    help = "备份数据库和附件文件（可照常使用）；密钥文件须另行备份，存放在别处"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", type=Path, metavar="目录", help="备份写入其下以时间命名的新目录")
        parser.add_argument("--keep", type=int, default=0, help="只保留最新的几份，较早的删除；默认不删")

    def handle(self, *args: Any, place: Path, keep: int, **options: Any) -> None:
        try:
            folder = make(place)
        except (Refused, StorageAway) as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as fault:
            raise CommandError(f"没有写成备份：{fault.strerror}") from None
        self.stdout.write(f"已备份到 {folder}")
        for old in clear_old(place, keep=keep) if keep > 0 else ():
            self.stdout.write(f"已删除 {old}")
