"""manage.py worker: run the background jobs."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from partyplatform.jobs.worker import Worker


class Command(BaseCommand):
    help = "处理后台任务，直到收到 TERM；--once 处理完排队的任务后退出"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="没有排队的任务时退出")
        parser.add_argument("--threads", type=int, default=1, help="同时处理的任务数")

    def handle(self, *args: Any, once: bool, threads: int, **options: Any) -> None:
        worker = Worker(threads=max(1, threads), once=once)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        worker.run()
