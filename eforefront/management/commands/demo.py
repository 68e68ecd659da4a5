import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from eforefront.demo.building import SCALES, build
from members.models import Member
from orgs.models import Organization


class Command(BaseCommand):
    help = "写入虚构的演示数据：示范大学，或一座城市；只能在演示环境的空数据库中使用"

    def add_arguments(self, parser):
        parser.add_argument("--scale", choices=sorted(SCALES), default="university", help="示范大学或全市")
        parser.add_argument(
            "--meetings", type=int, help="每个党支部写入几个月的组织生活；全市 6 个月约一百万次，需数分钟"
        )
        parser.add_argument("--seed", type=int, default=2018, help="随机种子：相同的种子得到相同的数据")

    def handle(self, *, scale, seed, meetings=None, **options):
        if not settings.DEMO:
            raise CommandError("演示数据只能写入演示环境（设置 DEMO=1）。")
        if self._is_there(SCALES[scale].full_name):
            self.stdout.write("演示数据已经存在，未作改动。")
            return
        self._began = time.monotonic()
        accounts_file = Path(settings.VAR_DIR) / "demo-accounts.json"
        today = timezone.localdate()
        lines = build(
            SCALES[scale], seed=seed, today=today, accounts_file=accounts_file, say=self._say, months=meetings
        )
        self._say("演示数据写入完成")
        for line in lines:
            self.stdout.write("  " + "  ".join(line.values()))

    def _is_there(self, full_name):
        """Say whether this very demonstration is there already; anything else in the database is a refusal."""
        if Organization.objects.filter(parent=None, full_name=full_name).exists():
            return True
        if any(model.objects.exists() for model in (Organization, Member, User)):
            raise CommandError("数据库不是空的，演示数据只能写入空数据库。")
        return False

    def _say(self, text):
        self.stdout.write(f"[{time.monotonic() - self._began:6.1f} 秒] {text}")
        self.stdout.flush()
