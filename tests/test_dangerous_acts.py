"""Which acts ask for a fresh proof of the person. Source: security.md 24."""

import pytest
from django.urls import reverse

from accounts import sessions
from orgs.models import Organization
from tests.world import build, user_of

pytestmark = pytest.mark.django_db

# fmt: off
DANGEROUS = (
    # name                       arguments       who      what the address is for
    ("orgs:dissolve",            ("?staff",),    "top"),  # 撤销党组织
    ("orgs:merge",               ("staff",),     "top"),  # 合并: the source is revoked
    ("orgs:ask_parent_change",   ("staff",),     "top"),  # 上级党组织变更: an organisation is moved
    ("orgs:parent_change",       ("change",),    "top"),  # the decision about it
    ("orgs:change_development_rights", ("?staff",), "top"),  # 发展党员权限
    ("accounts:keep_grants",     ("?grant",),    "top"),  # 年度权限复核
    ("accounts:end_grants",      ("?grant",),    "top"),
)
# fmt: on


@pytest.fixture
def world(db):
    return build()


def act_late(client, world, actor):
    """Log in as an actor whose last proof is too old."""
    client.force_login(user_of(world, actor))
    session = client.session
    del session[sessions.PROVED]
    session.save()


def address(world, name, arguments):
    if arguments and arguments[0].startswith("?"):
        return f"{reverse(name)}?ids={getattr(world, arguments[0][1:]).pk}"
    return reverse(name, args=[getattr(world, part).pk for part in arguments])


@pytest.mark.parametrize(("name", "arguments", "actor"), DANGEROUS)
def test_a_dangerous_form_asks_before_it_is_filled_and_again_when_it_is_sent(client, world, name, arguments, actor):
    act_late(client, world, actor)
    page = address(world, name, arguments)
    before = list(Organization.objects.order_by("pk").values())
    opened, sent = client.get(page), client.post(page, {"on": "2026-01-01", "verb": "approve"})
    assert [answer.status_code for answer in (opened, sent)] == [302, 302]
    assert opened.url.startswith("/prove/?next=")
    assert sent.url == f"{opened.url}&expired=1"
    assert list(Organization.objects.order_by("pk").values()) == before


def test_who_may_only_read_a_request_to_move_is_not_asked(client, world):
    act_late(client, world, "upper")
    assert client.get(reverse("orgs:parent_change", args=[world.change.pk])).status_code == 200


@pytest.mark.parametrize("name", ("detail", "create", "restore", "upgrade"))
def test_other_forms_do_not_ask(client, world, name):
    act_late(client, world, "top")
    at = {"create": world.college, "restore": world.closed}.get(name, world.staff)
    assert client.get(reverse(f"orgs:{name}", args=[at.pk])).status_code == 200


def test_who_has_not_the_power_is_refused_without_being_asked(client, world):
    act_late(client, world, "own")
    assert client.get(address(world, "orgs:dissolve", ("?staff",))).status_code == 403
