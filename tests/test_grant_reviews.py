"""年度权限复核: the list, both decisions, the reminder. Source: issue 3."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from orgs.dates import add_months
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.tests.kept import kept
from tests.world import build

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
LIST, KEEP, END = reverse("accounts:reviews"), reverse("accounts:keep_grants"), reverse("accounts:end_grants")
HOME = reverse("orgs:home")
TODAY = timezone.localdate()


@kept
def world():
    """Everybody's grants are from 2018."""
    return build()


@pytest.fixture
def upper(client, world):
    return act_as(client, world.roles["upper", "info"])


def listed(answer):
    return [(row.user.name, row.system) for row in answer.context["rows"]]


def ids(world, *names):
    return [world.roles[name].pk for name in names]


def fresh(world, *name):
    return RoleGrant.objects.get(pk=world.roles[name].pk)


BOTH = [("示例own", "info"), ("示例own", "portal"), ("示例sibling", "info"), ("示例sibling", "portal")]


def test_the_list_shows_what_waits_one_level_below(upper, world, client):
    assert listed(upper.get(LIST)) == BOTH
    top = act_as(client, world.roles["top", "info"])
    assert {name for name, _ in listed(top.get(LIST))} == {"示例upper", "示例foreign"}
    below = {name for name, _ in listed(top.get(LIST, {"everything": "1"}))}
    assert below == {"示例upper", "示例foreign", "示例own", "示例sibling"}
    assert {name for name, _ in listed(top.post(LIST, {"name": "示例u"}, follow=True))} == {"示例upper"}


def test_kept_grants_leave_the_list_and_say_who_kept_them(upper, world):
    chosen = ids(world, ("own", "info"), ("own", "portal"))
    page = upper.get(KEEP, {"ids": chosen}).content.decode()
    assert "共 2 项授权" in page
    answer = upper.post(KEEP, {"ids": chosen}, follow=True)
    assert "已确认保留 2 项授权：示例own、示例own" in answer.content.decode()
    assert listed(answer) == BOTH[2:]
    assert fresh(world, "own", "info").confirmation == f"{TODAY:%Y-%m-%d} 示例upper"


def test_ended_grants_give_nothing_from_the_next_request_on(upper, world, client):
    answer = upper.post(END, {"ids": ids(world, ("own", "info")), "reason": "不再负责"}, follow=True)
    assert "已解除 1 项授权：示例own" in answer.content.decode()
    assert (fresh(world, "own", "info").ends_on, fresh(world, "own", "info").ending_reason) == (TODAY, "不再负责")
    record = Record.objects.get(action="accounts.end_grant")
    assert (record.actor_name, record.reason, record.organization_id) == ("示例upper", "不再负责", world.staff.pk)
    client.force_login(world.roles["own", "info"].user)
    assert client.get(HOME).status_code == 403


def test_ending_needs_a_reason(upper, world):
    answer = upper.post(END, {"ids": ids(world, ("own", "info"))})
    assert (answer.status_code, "请填写解除原因" in answer.content.decode()) == (422, True)
    assert fresh(world, "own", "info").ends_on is None


@pytest.mark.parametrize("page", (KEEP, END))
def test_one_foreign_grant_spoils_the_whole_choice(upper, world, page):
    form = {"reason": "不再负责"}
    inside = ids(world, ("own", "info"))
    assert upper.post(page, form | {"ids": inside + ids(world, ("foreign", "info"))}).status_code == 404
    assert upper.post(page, form | {"ids": inside + ids(world, ("top", "info"))}).status_code == 404
    assert upper.post(page, form | {"ids": inside + ids(world, ("member", "portal"))}).status_code == 404
    assert upper.post(page, form | {"ids": [*inside, "²"]}).status_code == 404
    assert upper.post(page, form | {"ids": inside + ids(world, ("upper", "portal"))}).status_code == 403
    assert (fresh(world, "own", "info").ends_on, fresh(world, "own", "info").confirmed_on) == (None, None)


@pytest.mark.parametrize("page", (KEEP, END))
def test_nobody_decides_about_the_own_grant(upper, world, page):
    own = RoleGrantFactory(user=world.roles["upper", "info"].user, organization=world.staff)
    answer = upper.post(page, {"ids": [own.pk], "reason": "不再负责"})
    assert (answer.status_code, "不能复核本人的授权" in answer.content.decode()) == (422, True)


def test_what_ended_meanwhile_is_refused(upper, world):
    RoleGrant.objects.filter(pk=world.roles["own", "info"].pk).update(ends_on=TODAY)
    for page in (KEEP, END):
        answer = upper.post(page, {"ids": ids(world, ("own", "info")), "reason": "不再负责"})
        assert (answer.status_code, "的授权已结束" in answer.content.decode()) == (422, True)


def test_a_form_sent_twice_decides_once(upper, world):
    form = {"ids": ids(world, ("own", "info")), "form_key": "k" * 22}
    assert [upper.post(KEEP, form).status_code for _ in range(2)] == [302, 302]
    assert Record.objects.filter(action="accounts.confirm_grant").count() == 1


def test_nothing_ticked_leads_back(upper):
    for answer in (upper.get(KEEP, follow=True), upper.post(END, {}, follow=True)):
        assert "请先勾选要复核的授权" in answer.content.decode()


@pytest.mark.usefixtures("bell")
def test_the_first_page_reminds_and_the_bell_counts_one(upper, world):
    page = upper.get(HOME)
    assert "年度权限复核" in page.content.decode()
    before = page.context["todo_count"]()
    upper.post(
        KEEP, {"ids": ids(world, ("own", "info"), ("own", "portal"), ("sibling", "info"), ("sibling", "portal"))}
    )
    assert before - upper.get(HOME).context["todo_count"]() == 1


@pytest.mark.parametrize("size", (1, 3))
def test_the_list_costs_the_same_with_one_row_and_with_three(client, django_assert_num_queries, size):
    root = OrganizationFactory()
    for _ in range(size):
        RoleGrantFactory(organization=OrganizationFactory(parent=root), starts_on=add_months(TODAY, -13))
    reader = act_as(client, RoleGrantFactory(organization=root))
    reader.get(LIST)
    with django_assert_num_queries(6):
        reader.get(LIST)
