"""Somebody was faster: page 409 with both versions, who and when; nothing overwritten. Source: security.md 56, 58."""

import re

import pytest
from django.urls import reverse

from members.models import Post
from orgs.models import Organization
from partyplatform.audit.models import Record
from partyplatform.tests.kept import kept
from tests.test_attacks import BRANCH, TERM, versions
from tests.world import build, user_of

pytestmark = pytest.mark.django_db


@kept
def world():
    world = build()
    world.change.delete()
    world.post = Post.objects.create(
        term=world.term, member=world.members[0], duty="001A", started_on=world.term.elected_on
    )
    return world


def first(client, world):
    """Let somebody else save something about 教工支部, by the page."""
    client.force_login(user_of(world, "top"))
    fields = {"version": world.staff.version, "address": "学院路 30 号"}
    assert client.post(reverse("orgs:profile", args=[world.staff.pk]), fields).status_code == 302
    Post.objects.update(version=2)
    world.term.version += 1
    world.term.save()
    world.renewal.version += 1
    world.renewal.save()


@pytest.mark.parametrize(
    ("name", "extra", "data"),
    (
        ("detail", (), BRANCH | {"version": 1}),
        ("profile", (), {"version": 1, "address": "中关村南路 5 号"}),
        ("merge", (), lambda w: {"into": w.students.pk, "on": "2026-01-05", "versions": versions(w.staff, w.students)}),
        ("edit_term", ("term",), TERM | {"version": 1, "is_current": "on", "committee_size": 3, "shifted_months": 0}),
        ("edit_post", ("post",), {"duty": "001B", "started_on": "2026-01-05", "version": 1}),
        ("release_post", ("post",), {"on": "2026-01-05", "version": 1}),
        ("renewal_step", ("renewal",), {"version": 1, "document": "示委〔2026〕1号"}),
    ),
)
def test_a_form_made_from_what_has_changed_shows_both_versions(client, world, name, extra, data):
    first(client, world)
    arguments = [world.staff.pk, *(getattr(world, part).pk for part in extra)]
    if name == "renewal_step":
        arguments = [world.renewal.pk, "reply"]
    before = Record.objects.count()
    client.force_login(user_of(world, "upper"))
    answer = client.post(reverse(f"orgs:{name}", args=arguments), data(world) if callable(data) else data)
    assert answer.status_code == 409
    page = re.sub(r"\s+", " ", answer.text)
    assert re.search(r"修改人：示例top，\d{4}-\d\d-\d\d \d\d:\d\d。", page)
    assert all(heading in page for heading in ("您填写的", "现在保存的", "重新打开"))
    assert page.count('<th scope="row"') >= 1
    assert Record.objects.count() == before
    assert Organization.objects.get(pk=world.staff.pk).short_name == "教工支部"
