"""A one-time code from the terminal: for whoever stands at the top of a tree and forgot the password."""

import getpass
import sys

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from accounts.services import activations, credentials
from partyplatform import audit


class Command(BaseCommand):
    help = "重置一个账号的密码并显示一次性启用码；身份证号在终端输入"

    def handle(self, **options):
        user = User.objects.with_id_number(self._ask("身份证号：")).first()
        if user is None:
            raise CommandError("没有这个身份证号的账号。")
        act = credentials.reset_password if user.has_usable_password() else activations.issue
        try:
            code = act(user, by=audit.SYSTEM)
        except ValidationError as refusal:
            raise CommandError("；".join(refusal.messages)) from None
        self.stdout.write(f"{user.name}（{user.masked_id_number}）的启用码：{code}，请当面交给本人。")

    def _ask(self, prompt):
        """Read one line that is not shown; from a pipe when there is no terminal."""
        return getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
