"""Which acts ask for a fresh proof of the person. Source: security.md 24."""

import pytest
from django.urls import get_resolver, reverse

from accounts import sessions
from orgs.renewal import STEPS
from partyplatform.audit.models import Record
from tests.permissions import POST, TABLE
from tests.test_permissions import _request, world  # noqa: F401 (a fixture)
from tests.world import user_of

pytestmark = [pytest.mark.django_db, pytest.mark.looks]

# What must ask, whatever else does.
DANGEROUS = {
    "orgs:dissolve",  # 撤销党组织
    "orgs:merge",  # 合并: the source is revoked
    "orgs:ask_parent_change",  # 上级党组织变更: an organisation is moved
    "orgs:parent_change",  # the decision about it
    "orgs:change_development_rights",
    "members:change_rules",
    "orgs:appoint",  # 书记 and 副书记 are administrators by duty
    "orgs:edit_post",
    "orgs:release_post",
    "orgs:renewal_step",  # 审批通过, which lets the elected take up their posts
    "members:grant",
    "members:dismiss",
    "accounts:keep_grants",
    "accounts:end_grants",
    "accounts:issue_codes",
    "accounts:act",  # resetting a password, ending sessions, unlocking
    "accounts:register_certificate",
    "accounts:revoke_certificate",
    "eforefront:duties",
    "eforefront:reset_passwords",
    "eforefront:edit_duty",
    "eforefront:end_duty",
    "transfers:settle",  # 接收, 核收入册, 登记回执
}


def asking():
    """Return the names of all views that ask some or all of their readers for a proof."""
    found = set()
    for namespace, (_, resolver) in get_resolver().namespace_dict.items():
        for pattern in resolver.url_patterns:
            view = getattr(pattern.callback, "view_class", pattern.callback)
            if getattr(view, "proof", False):
                found.add(f"{namespace}:{pattern.name}")
    return found


def act_late(client, world, actor):  # noqa: F811
    """Log in as an actor whose last proof is too old."""
    client.force_login(user_of(world, actor))
    session = client.session
    del session[sessions.PROVED]
    session.save()


def test_every_dangerous_act_asks():
    assert DANGEROUS - asking() == set()


ALWAYS = asking() - {"orgs:renewal_step"}


@pytest.mark.parametrize(
    "row",
    [row for row in TABLE if row[0] in ALWAYS and 405 not in row[3]],
    ids=lambda row: f"{row[2]} {row[0]} {' '.join(row[1])}",
)
def test_it_asks_before_the_form_is_filled_and_again_when_it_is_sent(client, world, row):  # noqa: F811
    name, arguments, method, _ = row
    act_late(client, world, "top")
    before = Record.objects.count()
    answer = _request(client, world, name, arguments, method)
    assert (answer.status_code, answer.url.startswith("/prove/?next=")) == (302, True)
    assert ("expired=1" in answer.url) == (method == POST)
    assert Record.objects.count() == before


def test_of_the_steps_of_a_renewal_the_one_that_appoints_asks(client, world):  # noqa: F811
    act_late(client, world, "top")
    answers = {verb: client.get(reverse("orgs:renewal_step", args=[world.renewal.pk, verb])) for verb in STEPS}
    asked = [verb for verb, answer in answers.items() if answer.get("Location", "").startswith("/prove/?next=")]
    assert asked == ["confirm"]


def test_who_may_only_read_a_request_to_move_is_not_asked(client, world):  # noqa: F811
    act_late(client, world, "upper")
    assert client.get(reverse("orgs:parent_change", args=[world.change.pk])).status_code == 200


def test_who_may_only_read_a_request_to_export_is_not_asked(client, world):  # noqa: F811
    act_late(client, world, "own")
    answer = _request(client, world, "members:export_request", ("asked",), "GET")
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ("detail", "create", "restore", "upgrade"))
def test_other_forms_do_not_ask(client, world, name):  # noqa: F811
    act_late(client, world, "top")
    at = {"create": world.college, "restore": world.closed}.get(name, world.staff)
    assert client.get(reverse(f"orgs:{name}", args=[at.pk])).status_code == 200


def test_who_has_not_the_power_is_refused_without_being_asked(client, world):  # noqa: F811
    act_late(client, world, "own")
    assert client.get(reverse("orgs:dissolve", query={"ids": world.staff.pk})).status_code == 403
