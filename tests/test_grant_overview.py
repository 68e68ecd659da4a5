"""授权总览 and 谁可以管理该党组织. Source: issue 3; workflows.md 1.1, 1.4."""

import datetime
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.codes import System
from accounts.models import RoleGrant
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.jobs import run_waiting
from partyplatform.jobs.models import Job
from partyplatform.tests.kept import kept
from tests.world import build

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
LIST, EXPORT = reverse("accounts:grants"), reverse("accounts:export_grants")
TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


@kept
def world():
    return build()


@pytest.fixture
def top(client, world):
    return act_as(client, world.roles["top", "info"])


def listed(answer):
    return [(row.user.name, row.system) for row in answer.context["rows"]]


def names(answer):
    return sorted({row.user.name for row in answer.context["rows"]})


def test_both_systems_are_listed_in_tree_order(top, world):
    assert listed(top.get(LIST)) == [
        (f"示例{name}", system)
        for name in ("top", "upper", "own", "sibling", "foreign")
        for system in ("info", "portal")
    ]


def test_an_organisation_of_the_tree_narrows_to_what_lies_below(top, world):
    assert names(top.get(LIST, {"org": world.college.pk})) == ["示例own", "示例sibling", "示例upper"]
    assert names(top.get(LIST, {"org": world.staff.pk})) == ["示例own"]


def test_whoever_is_out_of_reach_is_not_found(client, world):
    reader = act_as(client, world.roles["upper", "info"])
    assert names(reader.get(LIST)) == ["示例own", "示例sibling", "示例upper"]
    for outside in (world.root, world.other, world.elsewhere):
        for page in (LIST, EXPORT):
            assert reader.get(page, {"org": outside.pk}).status_code == 404
        assert reader.get(reverse("accounts:in_charge", args=[outside.pk])).status_code == 404
    for typed in ("²", "-1", "abc", "9" * 30):
        assert reader.get(EXPORT, {"org": typed}).status_code == 404


def test_the_list_is_filtered(top, world):
    assert {system for _, system in listed(top.get(LIST, {"system": "portal"}))} == {"portal"}
    assert names(top.get(LIST, {"kind": "branch"})) == ["示例own", "示例sibling"]
    assert names(top.get(LIST, {"kind": "member"})) == ["示例党员"]
    assert len(listed(top.get(LIST, {"kind": "all"}))) == 11
    assert names(top.post(LIST, {"name": "示例u"}, follow=True)) == ["示例upper"]
    nothing = top.post(LIST, {"name": "欧阳"}, follow=True).content.decode()
    assert "没有符合条件的授权，可放宽筛选条件。" in nothing


def test_grants_are_told_apart_by_their_state(top, world):
    ended = RoleGrantFactory(organization=world.staff, ends_on=TODAY, user__name="已结束")
    coming = RoleGrantFactory(organization=world.staff, starts_on=TODAY + DAY, user__name="未开始")
    withdrawn = RoleGrantFactory(
        organization=world.staff, starts_on=TODAY + DAY, ends_on=TODAY + DAY, user__name="未开始即结束"
    )
    at = {"org": world.staff.pk}
    assert names(top.get(LIST, at)) == ["示例own"]
    assert names(top.get(LIST, at | {"state": "ended"})) == sorted([ended.user.name, withdrawn.user.name])
    assert names(top.get(LIST, at | {"state": "coming"})) == [coming.user.name]
    assert len(listed(top.get(LIST, at | {"state": "all"}))) == 5


def test_a_row_says_who_granted_when_why_and_when_the_account_was_last_used(top, world):
    grant = RoleGrantFactory(
        organization=world.staff,
        user__name="何静",
        user__last_login=timezone.now(),
        duty="支部书记",
        granted_by_name="周敏",
        reason="换届",
        starts_on=TODAY,
        ends_on=TODAY + DAY,
    )
    page = top.get(LIST).content.decode()
    for text in ("何静", "支部书记", "周敏", "换届", f"{TODAY}", f"{TODAY + DAY}"):
        assert text in page
    assert timezone.localtime(grant.user.last_login).strftime("%Y-%m-%d %H:%M") in page


def test_the_tree_alone_is_answered_to_its_own_requests(top, world):
    part = top.get(LIST, {"org": world.staff.pk}, headers={"HX-Request": "true", "HX-Target": "tree"})
    assert next(template.name for template in part.templates) == "orgs/_tree.html"


def test_the_export_holds_the_filtered_rows_and_masks_identity_numbers(top, world):
    found = top.post(LIST, {"name": "示例own", "org": world.college.pk}, follow=True).redirect_chain[0][0]
    answer = top.get(f"{EXPORT}?{found.partition('?')[2]}")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)), read_only=True)
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    number = world.roles["own", "info"].user.unsealed_id_number()
    assert [row[:2] for row in rows[1:3]] == [["示例own", f"{'*' * 14}{number[-4:]}"]] * 2
    assert not any(number in str(cell) for row in rows for cell in row)
    record = Record.objects.get(action="accounts.export_grants")
    assert record.organization_id == world.college.pk


def test_a_large_export_becomes_a_job(top, world, monkeypatch):
    monkeypatch.setattr("accounts.views.grants.EXPORT_AT_ONCE", 1)
    assert "jobs/offer.html" in [template.name for template in top.get(EXPORT).templates]
    answer = top.post(f"{EXPORT}?org={world.college.pk}&kind=branch", {"form_key": "k" * 22})
    assert answer.url.startswith("/jobs/")
    assert run_waiting() == 1
    job = Job.objects.get()
    assert (job.state, job.title) == ("done", "导出授权总览：信息学院党总支")
    book = load_workbook(BytesIO(b"".join(top.get(reverse("jobs:download", args=[job.uid])).streaming_content)))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == [
        "示例own",
        "示例own",
        "示例sibling",
        "示例sibling",
    ]


def test_a_job_whose_role_was_withdrawn_exports_nothing(top, world):
    top.post(EXPORT, {"form_key": "k" * 22})
    RoleGrant.objects.filter(pk=world.roles["top", "info"].pk).update(ends_on=TODAY)
    run_waiting()
    job = Job.objects.get()
    assert (job.state in ("failed", "queued"), job.result_path) == (True, "")
    assert not Record.objects.filter(action="accounts.export_grants").exists()


def test_who_is_in_charge_is_named_in_reach_and_counted_above(client, world):
    page = reverse("accounts:in_charge", args=[world.staff.pk])
    levels = act_as(client, world.roles["top", "info"]).get(page).context["levels"]
    assert [(level.organization, level.may_change, level.count) for level in levels] == [
        (world.root, True, 1),
        (world.college, True, 1),
        (world.staff, False, 1),
    ]
    answer = act_as(client, world.roles["own", "info"]).get(page)
    levels, text = answer.context["levels"], answer.content.decode()
    assert [[grant.user.name for grant in level.grants] for level in levels] == [[], [], ["示例own"] * 2]
    assert "示例top" not in text
    assert text.count("1 名管理员，属于您的上级党组织，这里不列出姓名。") == 2


def test_the_top_administers_itself(client, world):
    page = reverse("accounts:in_charge", args=[world.root.pk])
    [level] = act_as(client, world.roles["top", "info"]).get(page).context["levels"]
    assert (level.organization, level.may_change) == (world.root, True)


@pytest.mark.parametrize("size", (1, 3))
def test_pages_cost_the_same_with_one_row_and_with_three(client, django_assert_num_queries, size):
    root = OrganizationFactory()
    branch = OrganizationFactory(parent=root)
    for _ in range(size):
        RoleGrantFactory(organization=branch)
    reader = act_as(client, RoleGrantFactory(organization=branch, system=System.INFO))
    reader.get(LIST)
    with django_assert_num_queries(9):
        reader.get(LIST)
    with django_assert_num_queries(7):
        reader.get(reverse("accounts:in_charge", args=[branch.pk]))
