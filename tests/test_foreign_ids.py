"""Ids in the bodies of the portal's forms: those of another branch, of another tree, of nobody, and what is no id.

Each form is sent once as it should be, then with each of them in the place of the good one: it is refused, and no
table has changed. Source: security.md 31, 34.
"""

import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory
from eforefront.forms import activities, development, dues, gatherings, meetings, notices, reviews, scores
from eforefront.gatherings import Audience, Kind
from eforefront.models import Attendance, SignUp
from eforefront.services import groups
from eforefront.services.dues import standards
from eforefront.tests.development_factories import ApplicantFactory
from eforefront.tests.development_walks import apply, walk
from eforefront.tests.factories import GatheringFactory
from eforefront.tests.test_development import university
from eforefront.tests.test_development_pages import typed
from members.tests.factories import MemberFactory
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.tests.kept import kept
from partyplatform.ui.picking import PickField
from tests.test_looking import stored

pytestmark = [pytest.mark.django_db, pytest.mark.looks]
NO_IDS = ("x", "1e3", "-1", "0", "1 OR 1=1", "9" * 30, "None")
NOBODY = 10**9
REFUSED = {400, 403, 404, 422}
TODAY = timezone.localdate
PLAN = {"topic": "讨论年度计划", "begins": "14:00", "ends": "15:30", "place": "会议室", "chair": "周敏"}


@kept
def world():
    """示范大学 with 学生支部 and 研究生支部 beside it, and another university; each branch has people of each kind."""
    place = university("示范大学")
    place.beside = OrganizationFactory(parent=place.general, short_name="研究生支部", may_develop=True)
    place.far = university("友邻大学")
    place.roles = {
        "branch": RoleGrantFactory(organization=place.branch, system="portal"),
        "general": RoleGrantFactory(organization=place.general, system="portal"),
    }
    homes = (place.branch, place.beside, place.far.branch)
    place.full = [MemberFactory(organization=home, complete=True, user=_user(home)) for home in homes]
    place.new = [MemberFactory(organization=home, category="2", joined_on="2026-01-10") for home in homes]
    place.groups = [groups.found(home, name="第一党小组", leader=None, members=[], by=Acting(home)) for home in homes]
    by = Acting(place.branch)
    standards.set_standard(place.full[0], by=by, category="1", from_month=TODAY().replace(day=1), base=Decimal(6000))
    place.mentored, place.introduced, place.observed = (
        walk(apply(place.branch, n=n, name=name), place.people, until=step)
        for n, name, step in ((0, "林晓", "05"), (1, "何文", "09"), (2, "罗敏", "06"))
    )
    place.grouped = _on_the_roll(place.branch)
    place.activity = _activity(place.branch, by)
    return place


def _user(branch):
    """Somebody who has chosen a password, and acts as a member of the branch."""
    user = UserFactory(password="old-password")
    return RoleGrantFactory(organization=branch, kind=RoleKind.MEMBER, system="portal", user=user).user


def _on_the_roll(branch):
    member = MemberFactory(organization=branch, category="2", joined_on="2024-07-10")
    words = {"step": "19", "stage": "5", "joined_on": "2024-07-10", "probation_ends_on": "2025-07-10"}
    return ApplicantFactory(organization=branch, member=member, **words)


def _activity(branch, by):
    made = GatheringFactory(organization=branch, kind=Kind.ACTIVITY, type="2", audience=Audience.REGISTERED)
    SignUp.objects.create(gathering=made, closes_at=made.begins_at)
    type(made).objects.filter(pk=made.pk).update(state="2", published_at=timezone.now())
    return made


def case(name, reader, field, ids, *, args=(), body=None, many=False, query=None):
    """`ids` are the good one and those of others; `args`, `body` and `query` take the world."""
    return pytest.param(SimpleNamespace(**locals()), id=f"{name}-{field}")


def _day(days=3):
    return f"{TODAY() + datetime.timedelta(days=days):%Y-%m-%d}"


def _meeting(audience, **more):
    return {"type": "11", "day": _day(), "audience": audience, "notifies": "on", "verb": "save", **PLAN, **more}


def _step(number, applicant, **more):
    return typed(number, version=applicant.version, **more)


def members(w):
    return [row.pk for row in w.full]


def probationers(w):
    return [row.pk for row in w.new]


def party_groups(w):
    return [row.pk for row in w.groups]


def children(w):
    return [w.branch.pk, w.root.pk, w.general.pk, w.far.general.pk, w.far.branch.pk]


def codes(w):
    return [w.branch.code, w.root.code, w.far.branch.code]


NOTICE = {"title": "通知", "body": "请参加", "range": "chosen"}
PAID = {"method": "3", "payer_kind": "1", "payer_name": "", "reason": "", "expected": "9000"}
CASES = (
    case("begin_probation", "branch", "member", probationers),
    case("register_dues", "branch", "ids", members, args=lambda w: [w.branch.pk], many=True, query="ids",
         body=lambda w: PAID | {"paid_on": _day(0)}),
    case("reset_passwords", "branch", "ids", members, many=True, body=lambda w: {"reason": "忘记密码"}),
    case("create_notice", "general", "children", children, many=True, body=lambda w: NOTICE),
    case("create_notice", "general", "codes", codes, body=lambda w: NOTICE),
    case("found_group", "branch", "members", members, many=True, body=lambda w: {"name": "第二党小组"}),
    case("found_group", "branch", "leader", members,
         body=lambda w: {"name": "第二党小组", "members": [w.full[0].pk]}),
    case("change_group", "branch", "members", members, many=True, args=lambda w: [w.groups[0].pk],
         body=lambda w: {"name": "第三党小组", "version": w.groups[0].version}),
    case("change_group", "branch", "leader", members, args=lambda w: [w.groups[0].pk],
         body=lambda w: {"name": "第三党小组", "members": [w.full[0].pk], "version": w.groups[0].version}),
    case("create_meeting", "branch", "chosen", members, many=True, body=lambda w: _meeting("4")),
    case("create_meeting", "branch", "group", party_groups, body=lambda w: _meeting("3", type="13")),
    case("create_activity", "branch", "chosen", members, many=True, body=lambda w: _meeting("4", type="2")),
    case("activity_enrol", "branch", "member", members, args=lambda w: [w.activity.pk]),
    case("applicant", "branch", "sponsor_1", members, args=lambda w: [w.mentored.pk],
         body=lambda w: _step("05", w.mentored)),
    case("applicant", "branch", "sponsor_2", members, args=lambda w: [w.introduced.pk],
         body=lambda w: _step("09", w.introduced, sponsor_1=w.people[0].pk)),
    case("replace_sponsors", "branch", "sponsor_1", members, args=lambda w: [w.observed.pk, "mentor"],
         body=lambda w: {"version": w.observed.version, "on": "2023-06-01", "reason": "调离"}),
    case("applicant", "branch", "group", party_groups, args=lambda w: [w.grouped.pk],
         body=lambda w: {"version": w.grouped.version, "on": "2024-08-21"}),
    case("duties", "general", "org", children, args=lambda w: [w.full[0].pk], query="org",
         body=lambda w: {"duty": "支部书记", "is_default": "0"}),
    case("hand_over_dossier", "branch", "code", lambda w: [w.far.branch.code], args=lambda w: [w.observed.pk],
         body=lambda w: {"version": w.observed.version, "reason": "升学"}),
)  # fmt: skip


def sent(client, world, asked, *ids):
    """Send the form with these ids in their place; return the status."""
    value = list(ids) if asked.many else ids[-1]
    body = dict(asked.body(world)) if asked.body else {}
    query = {asked.query: value} if asked.query else None
    if not asked.query:
        body[asked.field] = value
    address = reverse(f"eforefront:{asked.name}", args=asked.args(world) if asked.args else (), query=query)
    with transaction.atomic():
        answer = client.post(address, body)
        if answer.status_code == 302:
            transaction.set_rollback(True)
    return answer.status_code


@pytest.mark.parametrize("asked", CASES)
def test_an_id_of_others_is_refused_and_nothing_changes(client, world, asked):
    act_as(client, world.roles[asked.reader])
    good, *others = asked.ids(world)
    assert sent(client, world, asked, good) == 302
    before = stored()
    wrong = {}
    for value in (*others, NOBODY, *NO_IDS):
        for ids in ([value], [good, value]) if asked.many else ([value],):
            status = sent(client, world, asked, *ids)
            if status not in REFUSED:
                wrong[str(ids)] = status
    assert wrong == {}
    assert stored() == before


def test_names_of_fields_with_ids_of_others_enter_nobody(client, world):
    """Forms with a line for each person take their own people only, whatever else is sent."""
    held = GatheringFactory(organization=world.branch, published=True)
    past = timezone.now() - datetime.timedelta(hours=3)
    type(held).objects.filter(pk=held.pk).update(begins_at=past, ends_at=past + datetime.timedelta(hours=2))
    held.refresh_from_db()
    people = list(Attendance.objects.filter(gathering=held).values_list("member", flat=True))
    act_as(client, world.roles["branch"])
    body = {"version": held.version, "verb": "save", "content": "学习"}
    body |= {f"state_{pk}": "1" for pk in (*people, *members(world)[1:], NOBODY)}
    assert client.post(reverse("eforefront:meeting_record", args=[held.pk]), body).status_code == 302
    assert set(Attendance.objects.filter(gathering=held).values_list("member", flat=True)) == set(people)
    assert Attendance.objects.filter(gathering=held, state="1").count() == len(people)


def test_every_field_that_takes_an_id_is_asked():
    """A new one is entered in the cases above."""
    found = set()
    for module in (activities, development, dues, gatherings, meetings, notices, reviews, scores):
        for form in vars(module).values():
            if isinstance(form, type) and issubclass(form, forms.BaseForm):
                found |= {name for name, field in form.base_fields.items() if _takes_ids(field)} - {"year"}
    assert found == {"chosen", "group", "members", "leader", "children", "member"}


def _takes_ids(field):
    return getattr(field, "coerce", None) is int or isinstance(field, PickField | forms.ModelChoiceField)
