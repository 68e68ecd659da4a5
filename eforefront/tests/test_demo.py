"""The demonstration: what it promises to whoever looks at it, logs in to it, or runs it a second time."""

import datetime
import json
import stat
import tempfile
from collections import Counter
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from random import Random
from types import SimpleNamespace
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.genuine import genuine
from accounts.id_numbers import problem
from accounts.models import ActivationCode, RoleGrant, User
from accounts.services.logins import enter
from eforefront.demo import building, city, founding, names, numbers, people, university
from eforefront.development.steps import STEPS
from eforefront.models import (
    Applicant,
    ApplicantCode,
    DevelopmentPlan,
    DossierHandOver,
    HandIn,
    SelfRegistration,
    StatisticalReport,
)
from eforefront.statistics.definitions import edition
from eforefront.tests.plain_statistics import Plain
from members.codes import MembershipStatus
from members.models import Correction, Member, Post, Standing
from members.services import corrections
from orgs.models import Organization, ParentChange, Renewal, Term
from orgs.tests.factories import OrganizationFactory
from partyplatform import integrity
from partyplatform.tests.kept import kept
from transfers.codes import TransferState
from transfers.models import InMessage, OutMessage, Transfer

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 20)
MEMBERS = 6_000  # of the university here; whoever starts it gets 15,000 in the same branches


@pytest.fixture
def place(settings, tmp_path):
    """A place for the list of accounts."""
    settings.VAR_DIR = tmp_path
    settings.DEMO = True
    return tmp_path / "demo-accounts.json"


TOWN = building.Scale(
    partial(city.organizations, count=300), city.FULL_NAME, members=2000, known=4, meetings=0, transfers=200
)


@kept
def town():
    """A city of 300 organisations, built by the command where the manual's initial password is followed; its list of
    accounts as bytes, the mode of that file, and what was said."""
    place, said = Path(tempfile.mkdtemp()) / "demo-accounts.json", StringIO()
    manual = {"INITIAL_PASSWORD_AS_IN_MANUAL": True, "INITIAL_PASSWORD_NETWORKS": ["127.0.0.0/8"]}
    with mock.patch.dict(building.SCALES, city=TOWN), override_settings(DEMO=True, VAR_DIR=place.parent, **manual):
        call_command("demo", scale="city", stdout=said)
    return SimpleNamespace(accounts=place.read_bytes(), mode=stat.S_IMODE(place.stat().st_mode), said=said.getvalue())


@kept
def campus():
    """The university of `make run` with fewer members, which has a name towards other installations."""
    scale = replace(building.SCALES["university"], members=MEMBERS)
    with override_settings(EXCHANGE_ID="dj.shifan.example"), tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "demo-accounts.json"
        building.build(scale, seed=2018, today=timezone.localdate(), accounts_file=place, say=lambda text: None)


def problems():
    return [(check.title, list(check.problems())) for check in integrity.invariants() if list(check.problems())]


def gone():
    """How many stood in the roll once and do so no more: moved away, left, suspended or dead."""
    former = Member.objects.exclude(status=MembershipStatus.NORMAL)
    return former.filter(standings__status=MembershipStatus.NORMAL).distinct().count()


@pytest.mark.looks  # the embedded database is the university's; the town stands on both
def test_a_whole_university_stands(campus):
    kinds = Counter(Organization.objects.values_list("org_type", flat=True))
    assert (kinds["611"], kinds["621"]) == (2, 40)
    assert 580 <= kinds["631"] + kinds["632"] + kinds["931"] <= 640
    assert Member.objects.active().count() == MEMBERS + 4 - gone()  # three by sheet, one with a letter
    assert problems() == []
    assert Organization.objects.exclude(dissolved_on=None).count() == university.CLOSING
    assert Organization.objects.filter(is_functional=True).count() == 7
    assert Organization.objects.filter(is_elderly_majority=True).count() == 10
    assert ParentChange.objects.filter(state="asked").count() == 1
    assert len(set(Renewal.objects.values_list("state", flat=True))) == 7
    assert set(Transfer.objects.values_list("state", flat=True)) == set(TransferState.values)
    assert set(Transfer.objects.values_list("type", flat=True)) == {"internal", "city", "out", "in"}
    assert set(InMessage.objects.values_list("state", flat=True)) == {"new", "taken", "refused", "applied"}
    assert set(OutMessage.objects.values_list("state", flat=True)) == {"file", "returned", "answered"}


@pytest.mark.looks
def test_a_correction_that_waits_above_can_be_accepted(campus):
    asked = Correction.objects.get(field="joined_on")
    above = RoleGrant.objects.active().in_systems("info").filter(organization=asked.member.organization.parent)
    accepted = corrections.advance(asked, "accept", by=above.first(), version=asked.version, seen=asked.member.version)
    assert accepted.state == "accepted"


@pytest.mark.looks
def test_every_step_of_a_development_is_open_for_somebody(campus):
    assert set(Applicant.objects.open().values_list("step", flat=True)) == set(STEPS)
    assert ApplicantCode.objects.filter(used_at=None, withdrawn_at=None).count() == 1
    assert HandIn.objects.get().applicant.user.has_usable_password()
    assert SelfRegistration.objects.count() == DossierHandOver.objects.count() == 1
    assert set(DevelopmentPlan.objects.values_list("state", flat=True)) == {"asked", "agreed", "returned"}
    late = Applicant.objects.filter(step="21", due_on__lt=timezone.localdate()).count()
    assert late <= Applicant.objects.filter(step="21").count() // 4


@pytest.mark.looks
def test_every_table_of_the_sealed_report_is_what_a_plain_count_gives(campus):
    """At a university: a year of joining, arriving, leaving, dying."""
    root = Organization.objects.get(parent=None)
    report = StatisticalReport.objects.sealed().get(organization=root)
    everywhere = set(Organization.objects.filter(tree_id=root.tree_id).values_list("pk", flat=True))
    plain = Plain(lambda day: everywhere, report.on)
    tables = edition(report.edition).tables
    for table in tables:
        assert report.figures[table.number] == plain.table(table), table.number
    one = dict(zip((row.key for row in tables[0].rows), (line[0] for line in report.figures["01"]), strict=True))
    assert one["due"] == one["present"] == one["before"] + one["increase"] - one["decrease"]
    assert min(one["developed"], one["came"], one["deceased"], one["went"], one["suspended"]) > 0


@pytest.mark.looks
def test_as_many_joined_last_year_as_are_on_probation_now(campus):
    """A university develops a tenth of its members a year, and nobody is confirmed before the time."""
    joined = Standing.objects.filter(cause="发展党员", begins_on__year=timezone.localdate().year - 1).count()
    on_probation = Member.objects.probation().count()
    assert 0.06 * MEMBERS < joined < 0.1 * MEMBERS
    assert 0.7 < joined / on_probation < 1.3
    assert not Member.objects.full().filter(confirmed_on__gt=timezone.localdate()).exists()


def test_the_accounts_are_written_for_one_reader_and_let_people_in(town, settings):
    lines = json.loads(town.accounts)
    assert town.mode == 0o600
    newcomer = lines.pop()
    assert (newcomer["role"], newcomer["state"]) == ("支部管理员", "first-login")
    assert newcomer["password"] == "bj0701"
    settings.INITIAL_PASSWORD_AS_IN_MANUAL, settings.INITIAL_PASSWORD_NETWORKS = True, ["127.0.0.0/8"]
    assert isinstance(enter(newcomer["login"], "bj0701", address="127.0.0.1"), ActivationCode)
    titles = ["市委管理员", "区委管理员", "党总支管理员", "支部管理员", "党员", "审计员", "入党申请人"]
    assert [line["role"] for line in lines] == titles
    kinds = [RoleKind.CITY, RoleKind.CITY, RoleKind.DISTRICT, RoleKind.BRANCH, RoleKind.MEMBER, RoleKind.AUDITOR]
    kinds.append(RoleKind.APPLICANT)
    for line, kind in zip(lines, kinds, strict=True):
        system = "portal" if kind in (RoleKind.MEMBER, RoleKind.APPLICANT) else "info"
        role = enter(line["login"], line["password"], address="127.0.0.1", system=system)
        assert (role.kind, role.organization_name, line["state"]) == (kind, line["organization"], "ready")
        assert line["login"].startswith("990000")
    able = [user for user in User.objects.all() if user.has_usable_password()]
    assert len(able) == 7
    held = Counter(RoleGrant.objects.filter(user__in=able).values_list("user", flat=True))
    assert max(held.values()) >= 5  # somebody has roles to switch


@pytest.mark.looks
def test_who_leads_administers_by_duty(campus):
    leading = Post.objects.leading()
    assert (leading.count(), User.objects.count()) > (100, 100)
    roles = RoleGrant.objects.open().filter(by_duty=True)
    assert roles.count() == 2 * leading.count()
    assert {grant.duty for grant in genuine(roles)} == {"书记", "副书记"}
    assert len(genuine(roles)) == roles.count()


def test_a_city_is_deep_led_and_sound(town):
    assert problems() == []
    assert Organization.objects.count() == 301  # one more was founded since
    assert Member.objects.active().count() == 2004 - gone()  # three came in by sheet, one with a letter
    led = Term.objects.filter(is_current=True).exclude(pk__in=Post.objects.filter(duty="001A").values("term"))
    assert list(led.exclude(organization__in=Organization.objects.filter(full_members=0))) == []
    following = Organization.objects.order_by("-code").values_list("code", flat=True).first()
    assert following == "011100000301"
    kinds = Counter(Transfer.objects.values_list("type", flat=True))
    assert min(kinds[kind] for kind in ("internal", "out", "in")) > 3
    assert Transfer.objects.unfinished().count() > 10
    assert Transfer.objects.filter(type="out", state="done").count() > 10


def test_the_same_seed_builds_the_same_and_another_does_not():
    first, again, other = (university.organizations(Random(seed)) for seed in (1, 1, 2))
    shape = [[(row.full_name, row.founded_on) for row in rows] for rows in (first, again, other)]
    assert shape[0] == shape[1] != shape[2]
    assert names.pools(Random(1), 50) == names.pools(Random(1), 50)


def test_a_second_run_changes_nothing(town, place):
    assert "演示数据写入完成" in town.said
    said = StringIO()
    call_command("demo", scale="city", stdout=said)
    assert (said.getvalue(), place.exists()) == ("演示数据已经存在，未作改动。\n", False)


def test_another_demonstration_is_never_touched(town, place):
    with pytest.raises(CommandError, match="数据库不是空的"):
        call_command("demo", scale="university", stdout=StringIO())


def test_a_database_in_use_is_left_alone(place):
    OrganizationFactory(full_name="中国共产党另一大学委员会")
    with pytest.raises(CommandError, match="数据库不是空的"):
        call_command("demo", stdout=StringIO())
    assert (Organization.objects.count(), place.exists()) == (1, False)


def test_without_the_demo_setting_nothing_is_written(place, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo", stdout=StringIO())
    assert Organization.objects.count() == 0


@pytest.mark.looks  # nothing is stored
def test_a_whole_city_has_seven_levels_and_names_of_its_own():
    rows = city.organizations(Random(1), count=city.ORGANIZATIONS)
    depth = {}
    for row in rows:
        depth[id(row)] = 1 if row.parent is None else depth[id(row.parent)] + 1
    assert (len(rows), max(depth.values())) == (110_000, 7)
    assert len({row.full_name for row in rows}) == len({(id(row.parent), row.short_name) for row in rows}) == 110_000


def test_names_have_rare_characters_and_middle_dots_among_them():
    of_men, of_women = names.pools(Random(1), 10_000).values()
    drawn = of_men + of_women
    assert any("·" in name for name in drawn)
    assert any(ord(character) > 0xFFFF for name in drawn for character in name)
    assert {len(name) for name in drawn if "·" not in name} == {2, 3, 4}
    assert not [name for name in of_men if {*name[1:]} & set("芳娜娟霞")]
    assert not [name for name in of_women if {*name[1:]} & set("刚军勇强")]


def test_members_are_shared_out_to_the_last_one():
    rows = university.organizations(Random(3))
    branches = [row for row in rows if row.holds_members]
    people.fill(branches, 9_000, Random(3))
    assert sum(branch.enrolled for branch in branches) == 9_000
    assert {branch.probationary_members for branch in branches if branch.is_elderly_majority} == {0}


@pytest.mark.parametrize(
    ("number", "text"), ((1, "第一"), (10, "第十"), (11, "第十一"), (20, "第二十"), (99, "第九十九"), (100, "第100"))
)
def test_ordinals_are_counted_in_chinese(number, text):
    assert founding.ordinal(number) == text


def test_identity_numbers_are_valid_belong_to_no_place_and_to_one_person_each():
    given = numbers.Numbers(Random(1))
    drawn = [given.next((2001, 2001)) for _ in range(50_000)]
    assert {problem(number, today=TODAY) for number in drawn} == {""}
    assert {number[:6] for number in drawn} == {"990000"}
    assert len(set(drawn)) == len(drawn)
    assert {numbers.gender(given.next((year, year))) for year in range(1960, 2000)} == {"1", "2"}


def test_an_account_has_the_number_of_its_member(town):
    applying = Applicant.objects.exclude(user=None).values("user")
    for user in User.objects.exclude(pk__in=applying):
        [member] = Member.objects.with_id_number(user.unsealed_id_number())
        assert (member.name, member.unsealed_id_number()) == (user.name, user.unsealed_id_number())
