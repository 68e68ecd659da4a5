"""Delete the one-time keys of forms that nobody can still have open; run it daily."""

from django.core.management.base import BaseCommand

from partyplatform.ui.form_keys import forget_old


class Command(BaseCommand):
    help = "删除两天前使用过的表单键"

    def handle(self, *args, **options):
        self.stdout.write(f"已删除 {forget_old()} 个表单键")
