"""Make an administrator's account from the terminal: the way into a fresh installation. Source: security.md 1."""

import getpass
import sys

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import id_numbers
from accounts.passwords import problems
from accounts.services.administrators import create_administrator, create_auditor
from orgs.models import Organization


class Command(BaseCommand):
    help = "建立一个管理员或审计员账号，身份证号和密码在终端输入"

    def add_arguments(self, parser):
        parser.add_argument("--organization", required=True, metavar="CODE", help="12 位党组织编码")
        parser.add_argument("--name", required=True, help="管理员姓名")
        parser.add_argument("--auditor", action="store_true", help="建立党委的审计员，而不是管理员")
        parser.add_argument("--password", help="不接受：命令行上的密码会留在历史记录和进程列表中")

    def handle(self, *, organization, name, password, auditor, **options):
        if password is not None:
            raise CommandError("密码不能写在命令行上，请删除 --password，在终端按提示输入。")
        found = Organization.objects.living().filter(code=organization).first()
        if found is None:
            raise CommandError(f"没有编码为 {organization} 的党组织，或该党组织已撤销。")
        number = self._number()
        chosen = self._password(name, number, found)
        try:
            create = create_auditor if auditor else create_administrator
            user = create(found, name=name, id_number=number, password=chosen)
        except ValidationError as refusal:
            raise CommandError("；".join(refusal.messages)) from None
        kind = "审计员" if auditor else "管理员"
        self.stdout.write(f"已为“{found.short_name}”建立{kind}账号：{user.name}，{user.masked_id_number}。")

    def _number(self):
        number = id_numbers.normalise(self._ask("身份证号："))
        if problem := id_numbers.problem(number, today=timezone.localdate()):
            raise CommandError(problem)
        return number

    def _password(self, name, number, organization):
        names = [organization.short_name, organization.full_name, organization.unit_name]
        password = self._ask("密码：")
        if reasons := problems(password, name=name, id_number=number, organizations=names):
            raise CommandError("；".join(reasons))
        if password != self._ask("再次输入密码："):
            raise CommandError("两次输入的密码不一致。")
        return password

    def _ask(self, prompt):
        """Read one line that is not shown; from a pipe when there is no terminal."""
        if sys.stdin.isatty():
            return getpass.getpass(prompt)
        return sys.stdin.readline().rstrip("\n")
