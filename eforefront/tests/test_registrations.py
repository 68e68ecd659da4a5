import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront.models import CommunityService, Registration, ScoreEntry
from eforefront.registration_figures import registered
from eforefront.services import registrations as services
from members.codes import MembershipStatus
from members.models import Member
from members.services.members import move
from members.services.standings import follow
from members.tests.factories import MemberFactory
from partyplatform.audit.models import Record
from partyplatform.integrity import invariants
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 3, 2)


@pytest.fixture
def person(college, roles):
    """孙丽 of 学生支部, with an account."""
    member = Member.objects.get(name="孙丽")
    grant = RoleGrantFactory(organization=college.students, kind=RoleKind.MEMBER, system="portal")
    member.user = grant.user
    member.save(update_fields=["user"])
    member.role = grant
    return member


@pytest.fixture
def registration(person, roles):
    made = services.register(person, by=person.role, began_on=DAY, community="学院路社区")
    made.member = person
    return made


def propose(registration, hours="2.5", on=DAY, by=None):
    by = by or registration.member.role
    return services.propose(registration, by=by, served_on=on, project="环境整治", hours=Decimal(hours))


def problems():
    return [
        text for check in invariants() if check.title in {"社区报到", "社区服务", "分数"} for text in check.problems()
    ]


def test_a_member_registers_once_until_it_ends(registration, person, college, roles):
    with pytest.raises(ValidationError, match="已在“学院路社区”报到"):
        services.register(person, by=roles.general, began_on=DAY, branch=college.staff)
    with pytest.raises(ValidationError, match="不能早于报到日期"):
        services.end(registration, by=person.role, version=1, ended_on=datetime.date(2026, 3, 1))
    services.end(registration, by=person.role, version=1, ended_on=DAY, reason="迁居")
    with pytest.raises(Stale):
        services.end(registration, by=person.role, version=1, ended_on=DAY)
    again = services.register(person, by=roles.general, began_on=DAY, branch=college.staff)
    assert (again.place, registered([college.general.pk])) == ("教工支部", {college.general.pk: 1})
    assert [row.action for row in Record.objects.filter(action__contains="regist").order_by("pk")] == [
        "eforefront.register", "eforefront.end_registration", "eforefront.register",
    ]  # fmt: skip


@pytest.mark.parametrize("given", ({}, {"community": "甲社区", "branch": True}))
def test_one_place_is_named(person, college, given):
    given = {name: college.staff if value is True else value for name, value in given.items()}
    with pytest.raises(ValidationError, match="二者填一项"):
        services.register(person, by=person.role, began_on=DAY, **given)


def test_nobody_acts_for_others_without_reach_and_power(person, roles, college):
    stranger = RoleGrantFactory(organization=college.staff, system="portal")
    with pytest.raises(OutOfReach):
        services.register(person, by=stranger, began_on=DAY, community="甲")
    with pytest.raises(PermissionDenied):
        services.register(person, by=roles.member, began_on=DAY, community="甲")


def test_a_service_counts_when_somebody_else_confirms_it(registration, roles):
    service = propose(registration)
    with pytest.raises(PermissionDenied):
        services.decide(service, by=registration.member.role, version=1, confirmed=True, confirmed_by="社区")
    with pytest.raises(ValidationError, match="请填写确认单位"):
        services.decide(service, by=roles.students, version=1, confirmed=True)
    services.decide(service, by=roles.students, version=1, confirmed=True, confirmed_by="学院路社区")
    with pytest.raises(Stale):
        services.decide(service, by=roles.students, version=1, confirmed=False, answer="重复")
    assert ScoreEntry.objects.values_list("points", "source").get() == (Decimal("1.3"), "service")
    assert problems() == []


def test_the_branch_of_residence_confirms_what_was_done_there(person, college, roles):
    made = services.register(person, by=person.role, began_on=DAY, branch=college.staff)
    service = propose(made, by=person.role)
    there = RoleGrantFactory(organization=college.staff, system="portal")
    assert list(CommunityService.objects.at_home(there)) == []
    done = services.decide(service, by=there, version=1, confirmed=True, confirmed_by="教工支部")
    assert done.get_state_display() == "已确认"


def test_nobody_confirms_the_own_service(college, roles):
    admin = roles.students
    member = MemberFactory(organization=college.students, name="管理员本人", user=admin.user)
    made = services.register(member, by=admin, began_on=DAY, community="甲")
    with pytest.raises(ValidationError, match="不能确认本人的服务"):
        services.decide(propose(made, by=admin), by=admin, version=1, confirmed=True, confirmed_by="甲")


@pytest.mark.parametrize(
    ("hours", "on", "told"),
    (
        ("22", DAY, "合计不能超过 24 小时"),
        ("1", datetime.date(2026, 3, 1), "应在报到期间内"),
        ("1", datetime.date(2099, 1, 1), "不能晚于今天"),
    ),
)
def test_a_service_lies_in_the_registration_and_in_its_day(registration, hours, on, told):
    propose(registration)
    with pytest.raises(ValidationError, match=told):
        propose(registration, hours, on)


def test_the_end_leaves_no_service_behind_it(registration):
    service = propose(registration, on=datetime.date(2026, 3, 9))
    with pytest.raises(ValidationError, match="还有服务记录"):
        services.end(registration, by=registration.member.role, version=1, ended_on=DAY)
    services.withdraw(service, by=registration.member.role, version=1)
    services.end(registration, by=registration.member.role, version=1, ended_on=DAY)
    assert problems() == []


def test_figures_follow_whoever_moves_and_drop_whoever_leaves(registration, person, college, roles):
    move(person, to=college.staff, by=roles.root)
    ids = [college.staff.pk, college.students.pk, college.root.pk]
    assert registered(ids) == {college.staff.pk: 1, college.students.pk: 0, college.root.pk: 1}
    assert problems() == []
    person.refresh_from_db()
    Member.objects.filter(pk=person.pk).update(status=MembershipStatus.EXPELLED)
    person.status = MembershipStatus.EXPELLED
    follow(person, cause="出党", by=roles.root)
    assert registered(ids)[college.root.pk] == 0
    assert Registration.objects.get().end_reason == "党员已不在册"
    assert problems() == []


def test_a_wrong_count_is_found(registration, college):
    Registration.objects.update(ended_on=DAY)
    assert problems() == [f"党组织 {college.students.pk}：已报到人数登记为 1，应为 0"]


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_member_registers_serves_and_sees_it(client, person, roles):
    reader, own = act_as(client, person.role), reverse("eforefront:own_registration")
    assert "未报到" in reader.get(own).text
    sent = reader.post(reverse("eforefront:own_register"), {"community": "王𠮷·社区", "began_on": "2026-03-02"})
    assert sent.url == own
    made = Registration.objects.get()
    propose_url = reverse("eforefront:own_propose_service", args=[made.pk])
    refused = reader.post(propose_url, {"served_on": "2026-03-03", "project": "值守", "hours": "2.55"})
    assert (refused.status_code, "最多保留一位小数" in refused.text) == (422, True)
    reader.post(propose_url, {"served_on": "2026-03-03", "project": "值守", "hours": "2.5"})
    page = reader.get(own).text
    assert all(text in page for text in ("王𠮷·社区", "值守", "2.5 小时", "待确认", "撤回"))
    admin = act_as(client, roles.students)
    listed = admin.get(reverse("eforefront:services"))
    assert [row.project for row in listed.context["rows"]] == ["值守"]
    service = CommunityService.objects.get()
    address = reverse("eforefront:decide_service", args=[service.pk])
    answer = {"version": "1", "confirmed_by": "", "answer": "没有参加", "refuse": "1"}
    assert admin.post(address, answer).status_code == 302
    service.refresh_from_db()
    assert (service.state, service.answer) == ("refused", "没有参加")
    assert admin.post(address, answer).status_code == 409


def test_a_branch_is_named_by_its_code(client, person, college):
    reader, address = act_as(client, person.role), reverse("eforefront:own_register")
    sent = {"branch_code": "999999999999", "began_on": "2026-03-02"}
    assert "没有找到该编码的党支部" in reader.post(address, sent).text
    reader.post(address, sent | {"branch_code": college.staff.code})
    assert Registration.objects.get().branch == college.staff


def test_figures_agree_with_their_lists(client, registration, college, roles):
    MemberFactory(organization=college.staff)
    reader = act_as(client, roles.root)
    page = reader.get(reverse("eforefront:registration_figures"), {"org": college.general.pk})
    assert [(row.short_name, row.registered) for row in page.context["rows"]] == [("教工支部", 0), ("学生支部", 1)]
    for row in [page.context["current"], *page.context["rows"]]:
        listed = reader.get(row.list_url)
        assert listed.context["pager"].total == row.registered
        assert 'aria-current="true">已报到人数<' in listed.text
    assert act_as(client, roles.students).get(page.wsgi_request.get_full_path()).status_code == 404


def test_switched_off_there_is_only_the_column(client, registration, roles, settings):
    settings.COMMUNITY_REGISTRATION = settings.MEMBER_SCORES = False
    reader = act_as(client, roles.students)
    for name in ("registration_figures", "registrations", "services", "own_registration", "own_scores"):
        assert reader.get(reverse(f"eforefront:{name}")).status_code == 404
    page = reader.get(reverse("eforefront:members"))
    assert ("已报到</span>" in page.text, reverse("eforefront:services") in page.text.partition("<main")[2]) == (
        True,
        False,
    )


@pytest.mark.parametrize("size", (1, 3))
def test_lists_cost_the_same_with_one_row_and_with_three(client, college, roles, django_assert_num_queries, size):
    for number in range(size):
        member = MemberFactory(organization=college.students)
        made = services.register(member, by=roles.root, began_on=DAY, community=f"{number}社区")
        services.propose(made, by=roles.root, served_on=DAY, project="值守", hours=Decimal(1))
    reader = act_as(client, roles.general)
    for name, count in (("registration_figures", 9), ("registrations", 6), ("services", 6)):
        reader.get(reverse(f"eforefront:{name}"))
        with django_assert_num_queries(count):
            reader.get(reverse(f"eforefront:{name}"))
