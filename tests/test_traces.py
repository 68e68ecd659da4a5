"""我的账号: who lately looked at, exported or changed what is kept of me. Source: security.md 40."""

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.services import reveals
from accounts.tests.clients import act_as
from accounts.traces import traces_of
from members.reveals import ID_NUMBER
from partyplatform import audit
from partyplatform.tests.kept import kept
from tests.world import build

pytestmark = pytest.mark.django_db


@kept
def world():
    return build()


@pytest.fixture
def me(world):
    """An account whose person is the first member of 教工支部."""
    user, member = world.roles["member", "portal"].user, world.members[0]
    member.seal_id_number(user.unsealed_id_number())
    member.save()
    return user


@transaction.atomic
def write(by, action, obj, **details):
    return audit.record(by, action, obj, **details)


def told(user):
    return [(trace.what, trace.who, trace.why) for trace in traces_of(user)]


def test_the_person_reads_what_others_did_and_in_which_role(world, me):
    own, top, member = world.roles["own", "info"], world.roles["top", "info"], world.members[0]
    reveals.reveal(ID_NUMBER, member, by=own, reason="核对介绍信")
    write(top, "members.update", member, changes=[("籍贯", "北京", "上海")])
    write(top, "members.export", world.root, organization=world.root, changes=[("文件", "", "党员.xlsx")])
    write(top, "accounts.grant", me, organization=world.staff, reason="换届")
    assert [(what.split("：")[0], who, why) for what, who, why in told(me)] == [
        ("授权", top.label, "换届"),
        ("导出党员", top.label, ""),
        (audit.action_label("members.update"), top.label, ""),
        ("显示完整信息", own.label, "核对介绍信"),
    ]
    assert told(me)[3][0] == "显示完整信息：身份证号"
    text = str(told(me))
    assert "上海" not in text
    assert own.user_name not in text


def test_what_concerns_others_or_was_done_by_oneself_is_left_out(world, me):
    own = world.roles["own", "info"]
    reveals.reveal(ID_NUMBER, world.members[0], by=world.roles["member", "portal"], reason="本人")
    write(own, "members.update", world.members[1], changes=[("籍贯", "", "上海")])
    write(own, "members.export", world.students, organization=world.students)
    write(own, "accounts.grant", world.roles["top", "info"].user, succeeded=True)
    write(own, "accounts.grant", me, succeeded=False)
    assert told(me) == []


def test_the_newest_twenty_are_shown(world, me):
    for n in range(25):
        write(world.roles["own", "info"], "members.update", world.members[0], reason=str(n))
    assert [why for _, _, why in told(me)] == [str(n) for n in range(24, 4, -1)]


def test_an_account_whose_number_does_not_open_still_has_its_own_traces(world, me):
    write(world.roles["top", "info"], "accounts.grant", me)
    type(me).objects.filter(pk=me.pk).update(id_number_sealed=b"gone")
    me.refresh_from_db()
    assert len(told(me)) == 1


def test_they_are_on_the_page_of_the_account(client, world, me):
    reveals.reveal(ID_NUMBER, world.members[0], by=world.roles["own", "info"], reason="核对<介绍信>")
    text = act_as(client, world.roles["member", "portal"]).get(reverse("accounts:account")).text
    assert "谁看过、改过我的信息" in text
    assert "核对&lt;介绍信&gt;" in text


@pytest.mark.parametrize("size", (1, 3))
def test_the_page_of_the_account_costs_the_same_with_one_trace_and_with_three(
    client, world, me, size, django_assert_num_queries
):
    top = world.roles["top", "info"]
    for _ in range(size):
        write(top, "accounts.grant", me, organization=world.staff, reason="换届")
        write(top, "members.update", world.members[0], changes=[("籍贯", "北京", "上海")])
    reader, address = act_as(client, world.roles["member", "portal"]), reverse("accounts:account")
    reader.get(address)
    with django_assert_num_queries(12):
        assert len(reader.get(address).text.split("换届")) == size + 1
