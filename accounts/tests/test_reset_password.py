import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AccountNote, User
from accounts.services.activations import matching
from accounts.tests.factories import PASSWORD, RoleGrantFactory, UserFactory
from partyplatform.audit.models import Record

pytestmark = pytest.mark.django_db

NUMBER = "99000019900101005X"


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command with one line typed on its input; return what it printed."""

    def _run(line):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{line}\n"))
        call_command("reset_password")
        return capsys.readouterr().out

    return _run


@pytest.mark.parametrize(("password", "action"), ((PASSWORD, "accounts.reset_password"), (None, "accounts.issue_code")))
def test_the_operator_gets_a_code_for_the_person(run, password, action):
    RoleGrantFactory(user=UserFactory(name="周敏", id_number=NUMBER, password=password))
    said = run(NUMBER.lower())
    assert NUMBER not in said
    assert "周敏（**************005X）" in said
    user = User.objects.get()
    assert not user.has_usable_password()
    assert matching(user, said.partition("启用码：")[2].partition("，")[0])
    record = Record.objects.get()
    assert (record.action, record.actor_name) == (action, "系统")


def test_the_person_is_told_who_did_it(run):
    user = UserFactory(id_number=NUMBER, password=PASSWORD)
    run(NUMBER)
    assert AccountNote.objects.of(user).get().text == "您的密码已由运维人员重置。"


def test_what_cannot_be_done_is_said(run):
    with pytest.raises(CommandError, match="没有这个身份证号的账号"):
        run(NUMBER)
    UserFactory(id_number=NUMBER, password=PASSWORD, is_active=False)
    with pytest.raises(CommandError, match="已停用"):
        run(NUMBER)
