"""The daily run: once a day, whoever runs it, however often it is killed; its digests. Source: workflows.md 11."""

import datetime
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.management import call_command
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront.models import DailyRun, Digest, Notice, Reminded, ReminderAddress
from eforefront.models.reminding import ADDRESSES
from eforefront.services import daily, digests
from eforefront.tests.notice_factories import NoticeFactory
from members.models import Member
from members.reminders import REMINDERS
from orgs.models import Term
from partyplatform import daily as registry
from partyplatform.audit.models import Record

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 11, 27)
DAYS = datetime.timedelta

# The lines of workflows.md 11 that are built; those of 党员发展 come with it.
BUILT = {"预备期 ends", "letter", "term", "出国 / 暂留 end", "certificate", "unpaid dues", "三会一课"}
BUILT |= {"talk with applicant", "half-yearly observation", "decision of 党委"}


@pytest.fixture
def probation(college):
    """李思远's 预备期 ends in 20 days."""
    Member.objects.filter(name="李思远").update(joined_on=datetime.date(2025, 12, 17))


def noted(rule="probation"):
    return [(row.due_on, row.stage) for row in Reminded.objects.filter(rule=rule).order_by("stage")]


def test_the_table_holds_the_lines_of_the_specification():
    assert {reminder.line for reminder in REMINDERS.values()} >= BUILT
    for reminder in REMINDERS.values():
        assert list(reminder.days) == sorted(reminder.days, reverse=True), reminder.slug


def test_each_stage_is_written_down_once_however_often_the_day_runs(probation):
    end = datetime.date(2026, 12, 17)
    for day in (DAY - DAYS(20), DAY, DAY, DAY + DAYS(1)):
        DailyRun.objects.all().delete()
        assert daily.run(day).finished
    assert noted() == [(end, 30)]
    daily.run(DAY + DAYS(14))
    assert noted() == [(end, 7), (end, 30)]


def test_the_organisation_above_is_told_of_a_term(college):
    Term.objects.filter(organization=college.staff).update(ends_on=DAY + DAYS(100))
    daily.run(DAY)
    assert [row.organization for row in Reminded.objects.filter(rule="term")] == [college.general]


def test_a_day_that_is_done_or_being_done_is_left_alone(db):
    assert daily.run(DAY).finished
    again = daily.run(DAY)
    assert (again.ran, again.finished) == (False, True)
    DailyRun.objects.create(day=DAY + DAYS(1), holder="别处", leased_until=timezone.now() + DAYS(0, 300))
    other = daily.run(DAY + DAYS(1))
    assert (other.ran, other.finished, "别处" in other.said) == (False, False, True)


def test_a_killed_run_is_taken_over_when_its_lease_is_over(probation):
    DailyRun.objects.create(day=DAY, holder="已结束的进程", leased_until=timezone.now() - DAYS(0, 1))
    assert daily.run(DAY).finished
    assert len(noted()) == 1


def test_one_function_that_fails_keeps_no_other_from_its_work(probation, monkeypatch):
    def broken(day, alive):
        raise RuntimeError

    monkeypatch.setitem(registry._functions, "broken", broken)
    outcome = daily.run(DAY)
    assert (outcome.ran, outcome.finished, len(noted())) == (True, False, 1)
    assert DailyRun.objects.get().failed == "broken"


def test_whoever_lost_the_lease_stops(db, monkeypatch):
    def slow(day, alive):
        DailyRun.objects.update(holder="另一个进程")
        alive()

    monkeypatch.setattr(registry, "_functions", {"slow": slow})
    assert daily.run(DAY).said == "租期已过，由其他进程继续"
    assert DailyRun.objects.get().finished_at is None


def test_the_day_begins_at_its_hour(db, settings):
    settings.DAILY_HOUR = 6
    at = timezone.make_aware(datetime.datetime.combine(DAY, datetime.time(5, 59)))
    assert (daily.is_due(at), daily.is_due(at + DAYS(0, 60))) == (False, True)
    daily.run(DAY)
    assert not daily.is_due(at + DAYS(0, 10800))


def test_the_command_says_what_became_of_it(db, capsys):
    call_command("daily")
    call_command("daily")
    assert "完成" in capsys.readouterr().out


# ── digests ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def subscriber(college, probation, settings):
    """The administrator of 教工支部, who wants the digest."""
    settings.REMINDER_EMAILS, settings.PLATFORM_ADDRESS = True, "https://platform.example"
    role = RoleGrantFactory(organization=college.staff, system="portal")
    address = ReminderAddress(user=role.user)
    ADDRESSES.put(address, "somebody@example.cn")
    address.save()
    return role


def test_a_digest_goes_out_once_and_names_nobody(subscriber):
    daily.run(DAY)
    assert (digests.send_digests(), digests.send_digests(), len(mail.outbox)) == (1, 0, 1)
    [message] = mail.outbox
    assert message.to == ["somebody@example.cn"]
    assert "教工支部：本月还没有召开主题党日 1 项；预备期即将届满 1 项" in message.body
    assert "李思远" not in message.body
    DailyRun.objects.all().delete()
    daily.run(DAY)
    assert (digests.send_digests(), Digest.objects.count()) == (0, 1)


def test_a_member_with_an_address_is_told_once_of_a_notice_one_was_reminded_of(college, settings, client):
    settings.REMINDER_EMAILS = True
    role = RoleGrantFactory(organization=college.staff, kind="member", system="portal")
    member = act_as(client, role)
    assert member.post(reverse("eforefront:reminder_address"), {"address": "member@example.cn"}).status_code == 302
    made = [NoticeFactory(organization=college.general, below=True) for _ in range(2)]
    Notice.objects.filter(pk=made[0].pk).update(reminded_at=timezone.now())
    for day in (timezone.localdate(), timezone.localdate() + DAYS(1)):
        daily.run(day)
        digests.send_digests()
    assert [message.to for message in mail.outbox] == [["member@example.cn"]]
    assert "本人：未读通知 1 份，发布组织已提醒" in mail.outbox[0].body


def test_what_fails_is_tried_again_later_and_given_up_at_last(subscriber, monkeypatch):
    daily.run(DAY)

    def down(self, **kwargs):
        raise SMTPException

    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    for tries in range(1, digests.MOST_TRIES + 1):
        assert digests.send_digests() == 0
        assert Digest.objects.get().tries == tries
        assert digests.send_digests() == 0  # not before its time
        Digest.objects.update(next_try_at=F("next_try_at") - DAYS(1))
    assert Digest.objects.get().state == Digest.State.FAILED


def test_what_was_interrupted_on_its_way_is_not_sent_again(subscriber):
    daily.run(DAY)
    Digest.objects.update(state=Digest.State.SENDING)
    assert (digests.send_digests(), len(mail.outbox)) == (0, 0)


def test_nothing_is_sent_where_it_is_off_or_nobody_asked(subscriber, settings):
    settings.REMINDER_EMAILS = False
    daily.run(DAY)
    assert (Digest.objects.count(), digests.send_digests()) == (0, 0)


def test_an_address_is_sealed_shown_masked_and_taken_back(client, roles, settings):
    settings.REMINDER_EMAILS = True
    browser, address = act_as(client, roles.general), reverse("eforefront:reminder_address")
    assert browser.post(address, {"address": "not an address"}).status_code == 422
    browser.post(address, {"address": "zhoumin@example.cn"})
    row = ReminderAddress.objects.get()
    assert b"zhoumin" not in bytes(row.address_sealed)
    page = browser.get(address).text
    assert ("z***@example.cn" in page, "zhoumin@" in page) == (True, False)
    assert "zhoumin" not in str(Record.objects.latest("pk").changes)
    browser.post(address, {"address": ""})
    assert not ReminderAddress.objects.exists()
    assert address in browser.get(reverse("eforefront:reminders")).text


@pytest.mark.parametrize(("day", "asked"), ((DAY - DAYS(2), 0), (DAY - DAYS(1), 1), (datetime.date(2026, 11, 30), 1)))
def test_a_branch_is_told_of_its_meetings_in_the_last_five_days(roles, college, day, asked):
    reminder = REMINDERS["meeting-21"]  # 主题党日, every month
    assert reminder.in_reach(roles.students, day).count() == asked
    assert reminder.in_reach(roles.general, day).count() == 0  # it has 频次
    if asked:
        DailyRun.objects.all().delete()
        daily.run(day)
        assert Reminded.objects.filter(rule="meeting-21", organization=college.students).count() == 1
