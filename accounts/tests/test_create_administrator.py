"""Source: security.md 1."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import RoleGrant, User
from accounts.tests.factories import PASSWORD
from orgs.models import Organization
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record

pytestmark = pytest.mark.django_db

NUMBER = "99000019900101005X"


@pytest.fixture
def committee():
    return OrganizationFactory(code="011100000001", short_name="示大党委", unit_name="示范大学")


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command with lines typed on its input; return what it printed."""

    def _run(*lines, organization="011100000001", name="周敏", **options):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        call_command("create_administrator", organization=organization, name=name, **options)
        return capsys.readouterr().out

    return _run


def test_the_first_administrator_may_use_both_systems(run, committee):
    assert run(NUMBER.lower(), PASSWORD, PASSWORD) == "已为“示大党委”建立管理员账号：周敏，**************005X。\n"
    user = User.objects.get()
    assert user.check_password(PASSWORD)
    grants = RoleGrant.objects.active().of(user).order_by("system")
    assert [(g.system, g.kind, g.is_default) for g in grants] == [("info", "city", True), ("portal", "city", True)]
    assert list(Record.objects.order_by("seq").values_list("action", "organization_id")) == [
        ("accounts.grant", committee.pk),
        ("accounts.grant", committee.pk),
        ("accounts.create", committee.pk),
    ]


def test_a_password_on_the_command_line_is_refused(run, committee):
    with pytest.raises(CommandError, match="密码不能写在命令行上"):
        run(NUMBER, password=PASSWORD)


@pytest.mark.parametrize(
    ("lines", "message"),
    (
        (["990000199001010051"], "身份证号校验码不正确"),
        ([NUMBER, "bj0701"], "密码至少应有 12 个字符，现为 6 个；密码中不能含有公开的初始密码"),
        ([NUMBER, "示范大学的石榴树开花了呀"], "密码中不能含有党组织名称"),
        ([NUMBER, PASSWORD, PASSWORD + " "], "两次输入的密码不一致"),
        ([], "身份证号应为18位"),
    ),
)
def test_what_is_wrong_is_said_and_nothing_is_stored(run, committee, lines, message):
    with pytest.raises(CommandError, match=message):
        run(*lines)
    assert not User.objects.exists()


def test_the_organisation_must_be_there(run, committee):
    with pytest.raises(CommandError, match="没有编码为 011100000002 的党组织"):
        run(organization="011100000002")
    Organization.objects.update(dissolved_on=timezone.localdate())
    with pytest.raises(CommandError, match="没有编码为 011100000001 的党组织"):
        run()


def test_a_number_that_has_an_account_is_refused(run, committee):
    run(NUMBER, PASSWORD, PASSWORD)
    with pytest.raises(CommandError, match="该身份证号已有账号"):
        run(NUMBER, PASSWORD, PASSWORD)
    assert User.objects.count() == 1


def test_an_auditor_reads_the_audit_of_a_committee_only(run, committee):
    assert run(NUMBER, PASSWORD, PASSWORD, auditor=True) == "已为“示大党委”建立审计员账号：周敏，**************005X。\n"
    assert [(grant.system, grant.kind) for grant in RoleGrant.objects.active()] == [("info", "auditor")]
    OrganizationFactory(code="011100000003", org_type="631", parent=committee, short_name="一支部")
    with pytest.raises(CommandError, match="审计员只能在党委设置"):
        run("990000199001010527", PASSWORD, PASSWORD, auditor=True, organization="011100000003")
    assert User.objects.count() == 1
