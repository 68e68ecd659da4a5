from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from orgs import totals, tree
from orgs.models import Organization
from partyplatform.locks import tree_lock

COLUMNS = (("tree_id", "树"), ("level", "层级"), ("lft", "左值"), ("rght", "右值"))


class Command(BaseCommand):
    help = "修复组织树：以上级党组织为准，只改写左右值、层级有误的行，并逐行列出。"

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="只列出将要改写的行，不写入")

    @transaction.atomic
    def handle(self, *, dry_run, **options):
        tree_lock()
        changes = tree.corrections()
        names = self._names([old.pk for old, _ in changes])
        for old, new in changes:
            self.stdout.write(f"{names[old.pk]}：{self._difference(old, new)}")
        if dry_run:
            self.stdout.write(f"有 {len(changes)} 行有误，未作改动。")
            return
        tree.repair()
        self.stdout.write(f"已改写 {len(changes)} 行。" if changes else "组织树完好，未作改动。")
        if wrong := totals.recount():
            self.stdout.write(f"已重算 {len(wrong)} 个汇总数。")
        if left := list(tree.problems()):
            raise CommandError("\n".join(["以下问题不能自动修复，请核对上级党组织：", *left]))

    @staticmethod
    def _names(ids):
        rows = Organization.objects.order_by().values_list("pk", "code", "short_name")
        wanted = set(ids)
        return {pk: f"党组织 {code}（{name}）" for pk, code, name in rows.iterator() if pk in wanted}

    @staticmethod
    def _difference(old, new):
        pairs = [(label, getattr(old, column), getattr(new, column)) for column, label in COLUMNS]
        return "，".join(f"{label} {before} 改为 {after}" for label, before, after in pairs if before != after)
