"""Choosing one person among many: in a post, in an election. Source: screens.md 2.3; security.md 28, 33."""

import re

import pytest
from django.urls import reverse

from members.models import Member, Post
from orgs.models import Renewal
from partyplatform.tests.kept import kept
from partyplatform.ui import picking
from tests.world import build, user_of

pytestmark = pytest.mark.django_db
BOX = 'type="search"'


@kept
def world():
    return build()


@pytest.fixture
def upper(client, world):
    client.force_login(user_of(world, "upper"))
    return client


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(picking, "FEW", 2)


def appointing(world):
    return reverse("orgs:appoint", args=[world.staff.pk])


def offered(page):
    return [label for value, label in page.context["form"].fields["member"].choices if value]


def find(client, address, word, **typed):
    return client.post(address, {"member-word": word, "find": "member", **typed})


def test_few_people_stand_in_the_list_without_a_search(upper, world):
    page = upper.get(appointing(world))
    assert offered(page) == ["李思远（教工支部）", "欧阳·娜（教工支部）", "王𠮷（教工支部）"]
    assert BOX not in page.content.decode()


def test_among_many_nobody_is_offered_before_a_name_is_typed(upper, world, many):
    page = upper.get(appointing(world))
    assert (offered(page), BOX in page.content.decode()) == ([], True)
    assert "人数较多，请先输入姓名查找" in page.content.decode()


@pytest.mark.parametrize(
    ("word", "names", "hint"),
    (
        ("欧阳", ["欧阳·娜（教工支部）"], "找到 1 人"),
        ("　王𠮷 ", ["王𠮷（教工支部）"], "找到 1 人"),
        ("赵", [], "没有找到，请核对姓名"),
        ("%", [], "没有找到，请核对姓名"),
        ("", [], "人数较多，请先输入姓名查找，再从结果中选择"),
    ),
)
def test_a_search_offers_its_matches_keeps_what_was_typed_and_does_nothing(upper, world, many, word, names, hint):
    page = find(upper, appointing(world), word, document="示党任〔2026〕1号", started_on="不是日期")
    text = page.content.decode()
    assert (page.status_code, offered(page), hint in text) == (200, names, True)
    assert ('value="示党任〔2026〕1号"' in text, 'value="不是日期"' in text, "错误：" in text) == (True, True, False)
    assert not Post.objects.exists()


def test_more_matches_than_are_shown_are_admitted(upper, world, many, monkeypatch):
    monkeypatch.setattr(picking, "MOST", 2)
    Member.objects.update(name="王小")
    page = find(upper, appointing(world), "王")
    assert (len(offered(page)), "只列出前 2 人，请输入完整的姓名" in page.content.decode()) == (2, True)


def test_whoever_was_chosen_stays_chosen_while_another_name_is_looked_for(upper, world, many):
    chosen = world.members[0]
    page = find(upper, appointing(world), "王", member=chosen.pk)
    assert offered(page) == ["李思远（教工支部）", "王𠮷（教工支部）"]
    assert f'value="{chosen.pk}" selected' in page.content.decode()


def test_a_match_is_appointed(upper, world, many):
    data = {"member": world.members[2].pk, "member-word": "王", "duty": "001A", "started_on": "2024-07-01"}
    assert upper.post(appointing(world), data).status_code == 302
    assert Post.objects.get().member == world.members[2]


@pytest.mark.parametrize("who", ("stranger", "probationary", "suspended", "nobody"))
def test_whom_the_page_does_not_offer_is_refused(upper, world, many, who):
    fields = {
        "stranger": {"organization": world.artists},
        "probationary": {"organization": world.staff, "category": "2"},
        "suspended": {"organization": world.staff, "status": "2"},
        "nobody": {"organization": world.staff},
    }[who]
    member = Member.objects.create(**({"name": "孙丽", "category": "1"} | fields))
    pk = "9" * 30 if who == "nobody" else member.pk
    page = upper.post(appointing(world), {"member": pk, "duty": "001A", "started_on": "2024-07-01"})
    assert (page.status_code, page.context["form"].errors["member"]) == (422, ["请从列表中选择"])
    assert "孙丽（表演支部）" not in page.content.decode()


def test_the_matches_have_the_focus_where_the_page_is_loaded_anew(upper, world, many):
    sent = {"member-word": "李", "find": "member"}
    pages = [upper.post(appointing(world), sent, headers=headers).text for headers in ({}, {"HX-Request": "true"})]
    found = [re.search(r'<select[^>]* id="id_member"[^>]*>', page).group() for page in pages]
    assert ["autofocus" in select for select in found] == [True, False]


def test_nobody_outside_the_organisation_is_found(upper, world, many):
    Member.objects.create(name="李外人", category="1", organization=world.students)
    assert offered(find(upper, appointing(world), "李")) == ["李思远（教工支部）"]


def test_one_match_and_three_cost_the_same_statements(upper, world, many, django_assert_max_num_queries):
    Member.objects.filter(pk__in=[member.pk for member in world.members[1:]]).update(name="张三")
    find(upper, appointing(world), "李")  # the session is there
    counts = []
    for word in ("李", "张"):
        with django_assert_max_num_queries(20) as captured:
            find(upper, appointing(world), word)
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.fixture
def election(world):
    Renewal.objects.filter(pk=world.renewal.pk).update(state="replied")
    return reverse("orgs:renewal_step", args=[world.renewal.pk, "elect"])


def voted(member, **changes):
    rows = {"elected-TOTAL_FORMS": "7", "elected-INITIAL_FORMS": "0"}
    counts = {"voters_due": "3", "voters_present": "3", "elected_on": "2026-06-01", "years": "3", "method": "1"}
    person = {"elected-0-member": member, "elected-0-duty": "001A", "elected-0-votes": "3"}
    return rows | counts | person | {"version": "1"} | changes


def test_a_search_in_an_election_leaves_the_other_rows_as_they_are(client, world, many, election):
    client.force_login(user_of(world, "own"))
    first = world.members[0]
    page = client.post(election, voted(first.pk, **{"elected-1-member-word": "王", "find": "elected-1-member"}))
    rows = page.context["elected"].forms
    choices = [[label for value, label in row.fields["member"].choices if value] for row in rows[:3]]
    assert (page.status_code, choices) == (200, [["李思远（教工支部）"], ["王𠮷（教工支部）"], []])
    assert "错误：" not in page.content.decode()
    world.renewal.refresh_from_db()
    assert world.renewal.state == "replied"


def test_the_elected_are_recorded_by_whom_was_picked(client, world, many, election):
    client.force_login(user_of(world, "own"))
    assert client.post(election, voted(world.members[1].pk)).status_code == 302
    world.renewal.refresh_from_db()
    assert world.renewal.draft["elected"] == [
        {"member": world.members[1].pk, "name": "欧阳·娜", "duty": "001A", "votes": 3}
    ]


def test_whoever_was_put_down_stands_there_when_the_result_is_put_right(client, world, many, election):
    client.force_login(user_of(world, "own"))
    first, second = world.members[:2]
    client.post(election, voted(first.pk))
    rows = client.get(election).context["elected"]
    assert [(row["member"].value(), row["duty"].value(), row["votes"].value()) for row in rows.forms[:2]] == [
        (first.pk, "001A", 3),
        (None, None, None),
    ]
    sent = {"elected-TOTAL_FORMS": "7", "elected-INITIAL_FORMS": "1", "elected-0-member": "", "elected-0-duty": ""}
    sent |= {"elected-0-votes": "", "elected-1-member": second.pk, "elected-1-duty": "001A", "elected-1-votes": "3"}
    assert client.post(election, voted("", **sent) | {"version": "2"}).status_code == 302
    world.renewal.refresh_from_db()
    assert [person["member"] for person in world.renewal.draft["elected"]] == [second.pk]


def test_somebody_of_another_branch_is_not_elected(client, world, many, election):
    client.force_login(user_of(world, "own"))
    stranger = Member.objects.create(name="孙丽", category="1", organization=world.artists)
    page = client.post(election, voted(stranger.pk))
    assert page.status_code == 422
    assert page.context["elected"].forms[0].errors["member"] == ["请从列表中选择"]
