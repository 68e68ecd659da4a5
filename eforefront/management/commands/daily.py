"""manage.py daily: what is done once a day; `manage.py worker` does it by itself."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from eforefront.services import daily


class Command(BaseCommand):
    help = "执行当天的每日任务（到期提醒、统计数、提醒邮件）；当天已完成或正在执行时不重复执行"

    def handle(self, *args, **options):
        outcome = daily.run(timezone.localdate())
        if outcome.ran and not outcome.finished:
            raise CommandError(outcome.said)
        self.stdout.write(outcome.said)
