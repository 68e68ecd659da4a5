"""撤销, 恢复 and 合并 from a page somebody else has overtaken: 409, nothing done. Source: security.md 56."""

import re

import pytest
from django.urls import reverse

from members.tests.factories import MemberFactory
from orgs.models import Organization, ParentChange
from orgs.services import closing, organizations
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.tests.kept import kept
from tests.world import build, user_of

pytestmark = [pytest.mark.django_db, pytest.mark.looks]


@kept
def world():
    world = build()
    ParentChange.objects.all().delete()
    name = "中国共产党示范大学信息学院离退休支部委员会"
    world.retired = OrganizationFactory(parent=world.college, short_name="离退休支部", full_name=name)
    return world


@pytest.fixture
def top(client, world):
    client.force_login(user_of(world, "top"))
    client.get("/info/")  # the role is chosen and the session stamped
    return client


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def rename(branch, name):
    branch = Organization.objects.select_related("parent").get(pk=branch.pk)
    fields = {field: getattr(branch, field) for field in organizations.FIELDS}
    organizations.update(branch, by=Acting(branch.parent), version=branch.version, **fields | {"short_name": name})


def is_living(organization):
    return Organization.objects.living().filter(pk=organization.pk).exists()


def test_a_merge_is_not_carried_out_into_a_branch_that_changed(top, world):
    MemberFactory(organization=world.students)
    address = reverse("orgs:merge", args=[world.students.pk])
    values = {"into": world.retired.pk, "on": "2026-01-01"}
    values["versions"] = hidden(top.get(address).content.decode(), "versions")
    rename(world.retired, "退休支部")
    answer = top.post(address, values)
    page = answer.content.decode()
    shown = [text in page for text in ("离退休支部", "退休支部：党组织简称", "修改人：周敏")]
    assert (answer.status_code, shown, is_living(world.students)) == (409, [True] * 3, True)
    values["versions"] = hidden(top.get(address).content.decode(), "versions")
    assert (top.post(address, values).status_code, is_living(world.students)) == (302, False)


def test_a_merge_needs_the_versions_of_its_page(top, world):
    values = {"into": world.retired.pk, "on": "2026-01-01"}
    for versions in ("", "1", f"{world.students.pk}:x"):
        answer = top.post(reverse("orgs:merge", args=[world.students.pk]), values | {"versions": versions})
        assert (answer.status_code, "页面已过期" in answer.content.decode()) == (422, True)
    only_source = values | {"versions": f"{world.students.pk}:1"}
    assert top.post(reverse("orgs:merge", args=[world.students.pk]), only_source).status_code == 409
    assert is_living(world.students)


def test_one_changed_organisation_stops_the_dissolving_of_all(top, world):
    address, ids = reverse("orgs:dissolve"), [world.students.pk, world.retired.pk]
    versions = hidden(top.get(address, {"ids": ids}).content.decode(), "versions")
    rename(world.retired, "退休支部")
    answer = top.post(address, {"ids": ids, "on": "2026-01-01", "versions": versions})
    page = answer.content.decode()
    assert (answer.status_code, "退休支部：党组织简称" in page, "学生支部：" in page) == (409, True, False)
    assert (is_living(world.students), is_living(world.retired)) == (True, True)


def test_the_slower_of_two_who_restore_or_dissolve_learns_who_was_faster(top, world):
    address = reverse("orgs:restore", args=[world.closed.pk])
    version = hidden(top.get(address).content.decode(), "version")
    closing.restore(world.closed, by=Acting(world.root), reason="误撤销")
    answer = top.post(address, {"reason": "误撤销", "version": version})
    page = answer.content.decode()
    assert (answer.status_code, "旧支部：撤销日期" in page, "修改人：周敏" in page) == (409, True, True)
    today = Organization.objects.get(pk=world.retired.pk).founded_on
    closing.dissolve([world.retired], by=Acting(world.root), on=today)
    sent = {"ids": world.retired.pk, "on": "2026-01-01", "versions": f"{world.retired.pk}:1"}
    answer = top.post(reverse("orgs:dissolve"), sent)
    assert (answer.status_code, "离退休支部：撤销日期" in answer.content.decode()) == (409, True)
