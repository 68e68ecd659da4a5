"""批量维护: preview, confirmation, a result for each member. Source: screens.md 2.10; issue 4."""

import datetime
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from members.models import Batch, BatchRow, Member
from members.services import batch_undoing, batches, records
from members.services import members as roll
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from partyplatform.audit.models import Record
from partyplatform.excel import read_book
from partyplatform.integrity import invariants
from partyplatform.jobs import run_waiting
from partyplatform.jobs.models import Job
from partyplatform.ui.form_keys import fresh

pytestmark = pytest.mark.django_db
START = reverse("members:start_batch")


@pytest.fixture
def role(college):
    return RoleGrantFactory(organization=college.general)


@pytest.fixture
def admin(client, role):
    return act_as(client, role)


@pytest.fixture
def people(college):
    return [
        MemberFactory(organization=college.staff, name="王安", complete=True),
        MemberFactory(organization=college.students, name="丁一", complete=True, education="21"),
    ]


def start(client, people, **values):
    """Go from the ticks to the preview; return its address and its batch."""
    address = f"{START}?{'&'.join(f'ids={m.pk}' for m in people)}{''.join(f'&items={name}' for name in values)}"
    assert client.get(address).status_code == 200
    sent = client.post(address, values | {"form_key": fresh()})
    assert sent.status_code == 302, sent.text
    return sent.url, Batch.objects.latest("pk")


def lines(batch):
    rows = BatchRow.objects.filter(batch=batch).order_by("place")
    return [(row.member.name, row.state, row.before, row.after) for row in rows.select_related("member")]


def test_members_are_ticked_items_chosen_previewed_and_changed(admin, people, college):
    page = admin.get(reverse("members:list", args=[college.general.pk])).text
    assert f'action="{START}"' in page
    choice = admin.get(f"{START}?ids={people[0].pk}").text
    assert "民族" in choice
    assert 'value="joined_on"' not in choice
    url, batch = start(admin, people, education="12")
    assert lines(batch) == [("王安", "same", "", ""), ("丁一", "ready", "大学 21", "硕士研究生 12")]
    assert Member.objects.get(name="丁一").education == "21"
    confirm = reverse("members:confirm_batch", args=[batch.uid])
    key = fresh()
    first, again = (admin.post(confirm, {"form_key": key}) for _ in range(2))
    assert first.url == again.url == Job.objects.get().get_absolute_url()
    run_waiting()
    assert Member.objects.get(name="丁一").education == "12"
    assert [line[:2] for line in lines(batch)] == [("王安", "same"), ("丁一", "done")]
    assert Record.objects.filter(action="members.update").count() == 1
    assert dict(line[::2] for line in Record.objects.get(action="members.batch").changes)["修改人数"] == "1"
    assert "已修改" in admin.get(url).text
    book = admin.get(reverse("members:batch_result", args=[batch.uid]))
    read = read_book(BytesIO(b"".join(book.streaming_content))).sheets[0]
    assert [cell.text for cell in read.lines[1].cells][4] == "已修改"


def test_a_second_confirmation_runs_nothing(admin, people):
    _, batch = start(admin, people, education="12")
    confirm = reverse("members:confirm_batch", args=[batch.uid])
    admin.post(confirm)
    assert "没有重复办理" in admin.post(confirm, follow=True).text
    assert Job.objects.count() == 1


def test_who_cannot_be_changed_stops_nobody_else(admin, college, role, people):
    one, two = people
    gone = MemberFactory(organization=college.staff, name="张三", status="31")
    _, batch = start(admin, [one, two, gone], education="13", title="011")
    one.refresh_from_db()
    records.update(one, by=role, version=one.version, values={"education": "21"})
    roll.move(two, to=college.artists, by=RoleGrantFactory(organization=college.root))
    batches.confirm(batch)
    batches.run(batch, by=role)
    found = {row.member.name: (row.state, row.note) for row in BatchRow.objects.filter(batch=batch)}
    assert found == {
        "王安": ("overtaken", batches.CHANGED_SINCE),
        "丁一": ("overtaken", batches.GONE),
        "张三": ("refused", "转出人员和历史党员不可编辑"),
    }
    assert Member.objects.get(name="王安").education == "21"


def test_a_value_the_rules_refuse_is_told_for_each_member(college):
    member = MemberFactory(organization=college.staff, complete=True)
    Member.objects.filter(pk=member.pk).update(joined_on="1990-06-01")
    batch = batches.prepare([Member.objects.get()], values={"education": "12"}, by=Acting(college.root))
    assert [(row.state, row.note[:5]) for row in batch.rows.all()] == [("refused", "入党日期：")]


def test_phones_and_addresses_are_kept_sealed_and_shown_masked(admin, people):
    url, batch = start(admin, people, address="示范市学院路2号院3号楼", phone="18088881234")
    assert "学院路" not in admin.get(url).text
    assert b"18088881234" not in bytes(batch.values_sealed)
    batches.confirm(batch)
    batches.run(batch, by=RoleGrantFactory(organization=people[0].organization.parent))
    assert Member.objects.get(name="王安").shown_phone == "180****1234"
    assert "18088881234" not in str(Record.objects.filter(action="members.update").values_list("changes", flat=True))


def test_everybody_the_filters_leave_can_be_chosen(admin, college, people):
    query = {"org": college.general.pk, "all": "1", "category": "1", "items": "ethnicity"}
    address = reverse("members:start_batch", query=query)
    assert "已选 2 名党员" in admin.get(address).text
    admin.post(address, {"ethnicity": "02"})
    assert BatchRow.objects.filter(state="ready").count() == 2


def test_what_makes_no_sense_is_refused_in_words(admin, people, monkeypatch):
    assert "请先勾选要维护的党员" in admin.get(START, follow=True).text
    address = f"{START}?ids={people[0].pk}"
    assert "请至少选择一个项目" in admin.get(f"{address}&next=1").text
    assert "请从列表中选择" in admin.get(f"{address}&items=name").text
    empty = admin.post(f"{address}&items=education", {})
    assert (empty.status_code, Batch.objects.count()) == (422, 0)
    monkeypatch.setattr(batches, "MOST", 1)
    several = f"{START}?org={people[0].organization.parent_id}&all=1"
    for wrong in ("on=2099-01-01", "at_most=many"):  # what the list leaves out there must not mean everybody here
        assert "筛选条件有误" in admin.get(f"{several}&{wrong}", follow=True).text
        assert admin.post(f"{several}&{wrong}&items=ethnicity", {"ethnicity": "02"}).status_code == 422
    assert not Batch.objects.exists()
    assert "超过 1 名党员" in admin.get(several, follow=True).text


def test_one_foreign_member_spoils_the_choice(admin, people, college):
    stranger = MemberFactory(organization=college.artists)
    for query in (f"ids={people[0].pk}&ids={stranger.pk}", "ids=x", f"org={college.root.pk}&all=1"):
        assert admin.get(f"{START}?{query}").status_code == 404
    url, batch = start(admin, people, education="13")
    other = act_as(admin, RoleGrantFactory(organization=college.general))
    assert other.get(url).status_code == 404
    assert other.post(reverse("members:confirm_batch", args=[batch.uid])).status_code == 404


def test_the_preview_costs_the_same_for_one_and_for_three(admin, people, college, django_assert_num_queries):
    for number in (1, 3):
        chosen = [*people, MemberFactory(organization=college.staff)][:number]
        url, _ = start(admin, chosen, education="13")
        with django_assert_num_queries(8):
            admin.get(url)


def test_old_previews_are_forgotten(people, college):
    batches.prepare(people, values={"education": "13"}, by=Acting(college.root))
    assert batches.forget_old(timezone.now() + datetime.timedelta(days=6)) == 0
    assert batches.forget_old(timezone.now() + datetime.timedelta(days=8)) == 1
    assert not Batch.objects.exists()


# ── taken back ──────────────────────────────────────────────────────────────────────────────────────────────


def carried_out(people, role, **values):
    batch = batches.prepare(people, values=values, by=role)
    batches.confirm(batch)
    return batches.run(batch, by=role)


def test_a_batch_is_taken_back_and_what_was_changed_since_stays(admin, people, college, role):
    """丁一 was changed in another item, 王安 in the same, 张三 is gone: one of three becomes what it was."""
    one, two = people
    three = MemberFactory(organization=college.staff, name="张三", complete=True, phone="18088880003")
    old_phone = two.shown_phone
    batch = carried_out([*people, three], role, education="13", phone="18088881234")
    for member, changed in ((one, {"education": "21"}), (two, {"title": "011"})):
        member.refresh_from_db()
        records.update(member, by=role, version=member.version, values=changed)
    three.refresh_from_db()
    roll.move(three, to=college.artists, by=RoleGrantFactory(organization=college.root))
    page = reverse("members:undo_batch", args=[batch.uid])
    assert page in admin.get(batch.get_absolute_url()).text
    assert "3 名已修改的党员恢复" in admin.get(page).text
    assert admin.post(page, {"reason": " "}).status_code == 422
    key = fresh()
    first, again = (admin.post(page, {"reason": "选错了项目", "form_key": key}) for _ in range(2))
    assert first.url == again.url == Job.objects.get().get_absolute_url()
    assert "已撤销或已超过" in admin.post(page, {"reason": "再来一次"}).text
    run_waiting()
    found = {row.member.name: (row.state, row.note) for row in BatchRow.objects.filter(batch=batch)}
    assert found == {
        "王安": ("kept", "办理之后又有修改，保留现在的内容"),
        "丁一": ("undone", ""),
        "张三": ("kept", "已不在管理范围内，未撤回"),
    }
    two.refresh_from_db()
    assert (two.education, two.title, two.shown_phone) == ("21", "011", old_phone)
    acts = Record.objects.filter(action="members.undo_batch").order_by("pk")
    assert [(act.reason, len(act.changes)) for act in acts] == [("选错了项目", 2), ("选错了项目", 3)]
    assert "18088881234" not in str([act.changes for act in acts])
    assert sound()
    assert "已撤销" in admin.get(batch.get_absolute_url()).text


def sound():
    watched = ("批量维护", "党员计数", "党员信息完整度")
    return all(list(each.problems()) == [] for each in invariants() if each.title in watched)


def test_an_undoing_that_was_broken_off_goes_on(people, role):
    batch = carried_out(people, role, education="13")
    assert batch_undoing.begin(batch)
    assert not batch_undoing.begin(batch)

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        batch_undoing.run(batch, by=role, reason="误办", reached=stop)
    batch_undoing.run(batch, by=role, reason="误办")
    batch.refresh_from_db()
    assert (batch.state, set(batch.rows.values_list("state", flat=True))) == ("undone", {"undone"})


def test_after_thirty_days_nothing_is_kept_and_nothing_taken_back(admin, people, role):
    batch = carried_out(people, role, address="示范市学院路2号院3号楼")
    assert "学院路" not in str([bytes(row.was_sealed) for row in batch.rows.all()])
    assert batch.rows.exclude(was_sealed=b"").count() == 2
    Batch.objects.update(done_at=timezone.now() - datetime.timedelta(days=31))
    batches.forget_old()
    assert not batch.rows.exclude(was_sealed=b"").exists()
    page = admin.get(reverse("members:undo_batch", args=[batch.uid])).text
    assert "已超过 30 天" in page
    batch.refresh_from_db()
    assert not batch_undoing.begin(batch)
