"""通知: whom it reaches, who may change it, who has read it. Source: screens.md 3.9; decision 0035."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront.models import Notice, NoticeRead
from eforefront.services import notices as services
from eforefront.tests.notice_factories import NoticeFactory, notice_file
from members.models import Member
from members.tests.factories import MemberFactory
from partyplatform.audit.models import Record
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db
LIST = reverse("eforefront:notices")
WORDS = {"title": "关于召开组织生活会的通知", "body": "请按时参加。", "range": "below", "needs_receipt": True}


def told(role):
    return [notice.title for notice in Notice.objects.addressed_to(role).order_by("title")]


def published(by, **words):
    notice = services.write(by=by, **(WORDS | words))
    return services.act(notice, "publish", by=by, version=notice.version)


@pytest.fixture
def reader(roles):
    """李思远 of 教工支部, whose account belongs to the record."""
    member = Member.objects.get(name="李思远")
    member.user = roles.member.user
    member.save(update_fields=["user"])
    return roles.member


# ── whom it reaches ─────────────────────────────────────────────────────────────────────────────────────


def test_a_notice_reaches_its_range_and_nobody_else(roles, college):
    published(roles.root, title="甲", range="below")
    published(roles.general, title="乙", range="below")
    published(roles.general, title="丙", range="own")
    published(roles.general, title="丁", range="chosen", chosen=[college.students.pk])
    published(roles.students, title="戊", range="own")
    services.write(by=roles.general, **(WORDS | {"title": "草稿"}))
    assert told(roles.root) == ["甲"]
    assert told(roles.general) == ["丙", "乙", "甲"]
    assert told(roles.member) == ["乙", "甲"]
    assert told(roles.students) == ["丁", "乙", "戊", "甲"]


def test_a_notice_to_everybody_writes_one_row_however_many_it_reaches(roles):
    notice = published(roles.root)
    assert (notice.targets.count(), NoticeRead.objects.count()) == (1, 0)


def test_only_organisations_in_reach_are_chosen_and_those_inside_others_are_left_out(roles, college):
    with pytest.raises(ValidationError, match="不在管理范围内"):
        services.write(by=roles.students, **(WORDS | {"range": "chosen", "chosen": [college.staff.pk]}))
    with pytest.raises(ValidationError, match="请选择党组织"):
        services.write(by=roles.general, **(WORDS | {"range": "chosen"}))
    chosen = [college.students.pk, college.general.pk]
    notice = services.write(by=roles.root, **(WORDS | {"range": "chosen", "chosen": chosen}))
    assert [target.organization for target in notice.targets.all()] == [college.general]


# ── the steps ───────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_published_is_not_changed_any_more(roles):
    notice = published(roles.general)
    with pytest.raises(Stale):
        services.rewrite(notice, by=roles.general, version=notice.version, **WORDS)
    with pytest.raises(Stale):
        services.act(notice, "publish", by=roles.general, version=notice.version)
    with pytest.raises(Stale):
        services.act(notice, "withdraw", by=roles.general, version=notice.version - 1, reason="有误")
    with pytest.raises(OutOfReach):
        services.act(notice, "withdraw", by=roles.students, version=notice.version, reason="有误")
    with pytest.raises(ValidationError, match="请填写撤回原因"):
        services.act(notice, "withdraw", by=roles.general, version=notice.version)


def test_a_withdrawn_notice_says_why_and_nothing_else(client, roles, reader):
    notice = published(roles.general, body="作废的时间")
    file = notice_file(notice=notice)
    services.act(notice, "withdraw", by=roles.general, version=notice.version, reason="时间有误")
    browser = act_as(client, reader)
    page = browser.get(notice.get_absolute_url()).text
    assert ("时间有误" in page, "作废的时间" in page) == (True, False)
    assert told(reader) == []
    assert browser.get(reverse("eforefront:notice_file", args=[file.uid])).status_code == 404
    assert "作废的时间" in act_as(client, roles.general).get(notice.get_absolute_url()).text
    assert Record.objects.filter(action="eforefront.withdraw_notice", reason="时间有误").count() == 1


def test_everybody_is_reminded_once(roles):
    notice = published(roles.general)
    notice = services.act(notice, "remind", by=roles.general, version=notice.version)
    with pytest.raises(ValidationError, match="只能提醒一次"):
        services.act(notice, "remind", by=roles.general, version=notice.version)


def test_a_past_day_is_no_deadline(roles):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    with pytest.raises(ValidationError, match="不能早于今天"):
        services.write(by=roles.general, **WORDS, closes_on=yesterday)


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────────


def test_reading_is_noted_once_and_by_a_post_alone(client, roles, reader):
    notice = published(roles.general)
    browser = act_as(client, reader)
    browser.get(notice.get_absolute_url())
    assert NoticeRead.objects.count() == 0
    address = reverse("eforefront:read_notice", args=[notice.pk])
    assert browser.post(address).status_code == 302
    assert browser.post(address, headers={"HX-Request": "true"}).text.startswith("<p")
    [row] = NoticeRead.objects.all()
    assert (row.member.name, row.organization, row.receipted_at) == ("李思远", reader.organization, None)


def test_a_notice_that_asks_for_a_receipt_is_done_with_it(client, roles, reader):
    notice, today = published(roles.general), timezone.localdate()
    browser = act_as(client, reader)
    browser.post(reverse("eforefront:read_notice", args=[notice.pk]))
    assert list(Notice.objects.addressed_to(reader).unread_by(reader.user, today)) == [notice]
    browser.post(reverse("eforefront:confirm_notice", args=[notice.pk]))
    assert list(Notice.objects.addressed_to(reader).unread_by(reader.user, today)) == []
    plain = published(roles.general, needs_receipt=False)
    assert browser.post(reverse("eforefront:confirm_notice", args=[plain.pk])).status_code == 404
    with pytest.raises(ValidationError, match="不需要回执"):
        services.confirm(plain, by=reader)


def test_old_and_closed_notices_are_not_counted_as_unread(roles, reader):
    now, today = timezone.now(), timezone.localdate()
    NoticeFactory(organization=roles.general.organization, below=True, published_at=now - datetime.timedelta(days=100))
    closed = today - datetime.timedelta(days=1)
    NoticeFactory(organization=roles.general.organization, below=True, closes_on=closed)
    assert (len(told(reader)), Notice.objects.addressed_to(reader).unread_by(reader.user, today).count()) == (2, 0)


def test_figures_and_lists_of_readers_agree(client, roles, reader, college):
    notice = published(roles.general)
    services.confirm(notice, by=reader)
    browser = act_as(client, roles.general)
    address = reverse("eforefront:notice_readers", args=[notice.pk])
    page = browser.get(address)
    figures = page.context["figures"]
    assert (figures.members, figures.read, figures.unread, figures.receipted) == (4, 1, 3, 1)
    assert page.context["pager"].total == figures.unread
    assert [row.name for row in browser.get(f"{address}?done=read").context["rows"]] == ["李思远"]
    assert [row.name for row in browser.get(f"{address}?done=told").context["rows"]] == ["李思远"]
    assert list(browser.get(f"{address}?done=open").context["rows"]) == []
    assert [row.name for row in browser.get(f"{address}?place=学生").context["rows"]] == ["孙丽"]
    alone = services.readership(published(roles.students, range="own"), [*Notice.objects.latest("pk").targets.all()])
    assert (alone.members, alone.read) == (1, 0)


def test_a_large_audience_is_counted_by_the_chore(roles, reader, monkeypatch):
    monkeypatch.setattr(services, "COUNTED_ON_PAGE", 2)
    notice = published(roles.general)
    services.confirm(notice, by=reader)
    assert services.count_readers() == 1
    notice.refresh_from_db()
    figures = services.readership(notice, list(notice.targets.all()))
    assert (figures.members, figures.read, figures.receipted) == (4, 1, 1)
    assert figures.counted_at is not None


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_notice_is_written_shown_and_published(client, roles, college):
    browser = act_as(client, roles.general)
    form = {"title": "通知", "body": "# 一\n**请**参加", "range": "chosen", "children": [college.students.pk]}
    address = reverse("eforefront:create_notice")
    preview = browser.post(address, {**form, "preview": "1"})
    assert (preview.status_code, "<strong>请</strong>" in preview.text, Notice.objects.count()) == (200, True, 0)
    draft = browser.post(address, form)
    notice = Notice.objects.get()
    assert draft.url == notice.get_absolute_url()
    edit = reverse("eforefront:edit_notice", args=[notice.pk])
    assert browser.get(edit).context["form"]["children"].value() == [college.students.pk]
    code = college.staff.code
    browser.post(edit, {**form, "codes": code, "version": notice.version})
    assert notice.targets.count() == 2
    assert browser.post(edit, {**form, "version": notice.version}).status_code == 409
    assert browser.post(edit, {**form, "codes": "099900000000", "version": 2}).status_code == 422
    act = reverse("eforefront:act_on_notice", args=[notice.pk, "publish"])
    assert "共 4 名党员" in browser.get(act).text
    browser.post(act, {"version": 2})
    assert told(roles.students) == ["通知"]


def test_a_branch_writes_to_itself(client, roles):
    page = act_as(client, roles.students).get(reverse("eforefront:create_notice"))
    assert page.context["form"].fields["range"].choices == [("own", "本组织")]


@pytest.mark.parametrize("size", (1, 3))
def test_lists_and_pages_cost_the_same_with_one_row_and_with_three(
    client, roles, reader, college, django_assert_num_queries, size
):
    for number in range(size):
        notice = NoticeFactory(organization=college.general, below=True, title=f"通知{number}")
        MemberFactory(organization=college.students)
    browser = act_as(client, reader)
    browser.get(LIST)
    with django_assert_num_queries(7):
        browser.get(LIST)
    with django_assert_num_queries(7):
        browser.get(notice.get_absolute_url())
    browser = act_as(client, roles.general)
    browser.get(LIST)
    with django_assert_num_queries(6):
        browser.get(reverse("eforefront:managed_notices"))
    with django_assert_num_queries(10):
        browser.get(reverse("eforefront:notice_readers", args=[notice.pk]))
    with django_assert_num_queries(9):
        browser.get(notice.get_absolute_url())


def test_a_kind_of_role_without_an_organisation_above_reads_nothing_of_other_trees(roles):
    other = RoleGrantFactory(kind=RoleKind.CITY, system="portal")
    published(roles.root)
    assert told(other) == []
