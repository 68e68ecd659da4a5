"""A small world with something in every field a query knows, and something missing in every one."""

import datetime
from types import SimpleNamespace

from django.utils import timezone

from accounts.codes import System
from accounts.id_numbers import check_digit
from accounts.tests.factories import RoleGrantFactory
from eforefront.models import Applicant, Attendance, DuesMonth, DuesStandard, DuesTotal, Gathering, Registration
from eforefront.models.development import APPLICANT_NUMBERS
from members.models import (
    Hardship,
    Honour,
    Matter,
    MemberProfile,
    Office,
    Penalty,
    Relative,
    Review,
    Schooling,
    Training,
)
from members.models.profiles import EMERGENCY_PHONES, FORMER_NUMBERS, RESIDENCES
from members.tests.factories import MemberFactory, PostFactory
from orgs.models import OrganizationProfile, ParentChange, Renewal
from orgs.tests.factories import OrganizationFactory, TermFactory
from transfers.tests.factories import TransferFactory

DAY = datetime.date(2026, 6, 30)


def _day(text):
    return datetime.date.fromisoformat(text)


def build():
    """示范大学党委 ─┬─ 信息学院党总支 ─┬─ 教工支部: 周敏, 陈国栋, 李思远
    │                  └─ 学生支部: 孙丽, 赵远 (停止党籍)
    └─ 表演支部: 钱进
    """
    root = OrganizationFactory(short_name="示范大学党委", unit_relation="2")
    college = OrganizationFactory(parent=root, org_type="621", short_name="信息学院党总支")
    staff = OrganizationFactory(
        parent=college,
        short_name="教工支部",
        is_elderly_majority=True,
        contact_name="周敏",
        contact_phone="010-00001111",
    )
    students = OrganizationFactory(
        parent=college,
        short_name="学生支部",
        affiliation="1",
        founded_on=_day("2021-03-01"),
        founding_document="示范1号",
    )
    artists = OrganizationFactory(parent=root, short_name="表演支部")
    OrganizationProfile.objects.create(organization=staff, address="示范市学院路1号", venue="活动室")
    world = SimpleNamespace(root=root, college=college, staff=staff, students=students, artists=artists)
    world.members = _members(world)
    _profiles(world)
    _lines(world)
    _affairs(world)
    _developments(world)
    world.roles = SimpleNamespace(
        **{
            name: RoleGrantFactory(organization=getattr(world, name), system=System.INFO)
            for name in ("root", "college", "staff", "artists")
        }
    )
    return world


def _members(world):
    more = {"born_on": _day("1962-02-28"), "joined_on": _day("1985-07-01"), "confirmed_on": _day("1986-07-01")}
    return SimpleNamespace(
        zhou=MemberFactory(organization=world.staff, name="周敏", complete=True, title="011", **more),
        chen=MemberFactory(
            organization=world.staff,
            name="陈国栋",
            gender="1",
            ethnicity="03",
            born_on=_day("1991-06-30"),
            education="21",
            native_place="120101",
            job_post="0313",
            is_migrant_worker=True,
            social_class="1",
            joined_on=_day("2012-12-01"),
            confirmed_on=_day("2013-12-31"),
            is_lost=True,
            lost_since=_day("2026-01-01"),
        ),
        li=MemberFactory(organization=world.staff, name="李思远", category="2", joined_on=_day("2025-12-01")),
        sun=MemberFactory(
            organization=world.students,
            name="孙丽",
            gender="2",
            born_on=_day("2004-02-29"),
            is_floating=True,
            floating_to="310101",
            education="12",
            job_post="0611",
            is_migrant_worker=False,
        ),
        zhao=MemberFactory(organization=world.students, name="赵远", status="2"),
        qian=MemberFactory(organization=world.artists, name="钱进", gender="1", phone="18099990000"),
    )


def _profiles(world):
    profile = MemberProfile(
        member=world.members.zhou,
        former_name="周小敏",
        marital_status="20",
        health="健康",
        began_work_on=_day("1984-08-01"),
        has_kin_outside=False,
        is_from_taiwan=False,
        household_place="110101",
        emergency_name="王芳",
        introducers="钱进、吴昊",
        joining_branch="第一支部",
        joining_kind="1",
        probation_months=6,
        probation_until=_day("1986-07-01"),
        seniority_correction=-7,
        front_line="0",
        is_volunteer=True,
        specialty="书法",
        file_place="组织部",
        flow_certificate="LD001",
        remark="返聘",
    )
    RESIDENCES.put(profile, "示范市学院路1号院8号楼")
    EMERGENCY_PHONES.put(profile, "18088881111")
    FORMER_NUMBERS.put(profile, "110101620228123")
    profile.front_line = next(iter(sorted(code for code, _ in profile._meta.get_field("front_line").choices)))
    profile.marital_status = next(iter(sorted(c for c, _ in profile._meta.get_field("marital_status").choices)))
    profile.save(force_insert=True)
    MemberProfile.objects.create(member=world.members.sun, is_volunteer=False, has_kin_outside=True)


def _first(model, field):
    return model._meta.get_field(field).choices[0][0]


def _lines(world):
    zhou, chen, sun = world.members.zhou, world.members.chen, world.members.sun
    Office.objects.create(member=zhou, unit="示范大学", department="计算机系", title="主任", begins_on="2015-09-01")
    Office.objects.create(member=chen, unit="示范大学", title="职员", begins_on="2014-09-01", ends_on="2020-01-01")
    Office.objects.create(member=sun, unit="示范中学", title="教师", begins_on="2024-09-01", removed_at=timezone.now())
    for kind, year in ((_first(Honour, "kind"), "2019"), (Honour._meta.get_field("kind").choices[1][0], "2024")):
        Honour.objects.create(
            member=zhou, kind=kind, level=_first(Honour, "level"), given_on=f"{year}-07-01", authority="校党委"
        )
    Penalty.objects.create(
        member=chen,
        kind=_first(Penalty, "kind"),
        given_on="2018-03-01",
        authority="校纪委",
        reason="违纪",
        revoked_on=DAY,
    )
    for member, year in ((zhou, 2024), (zhou, 2025), (sun, 2025)):
        Review.objects.create(member=member, year=year, grade=_first(Review, "grade"), branch="教工支部")
    Schooling.objects.create(member=sun, school="示范大学", major="数学", education="12", begins_on="2025-09-01")
    Training.objects.create(member=zhou, name="书记培训", organizer="校党委", begins_on="2024-05-01", hours=24)
    Hardship.objects.create(member=chen, kind="疾病", since_on="2023-01-01", measures="慰问")
    Relative.objects.create(member=zhou, relation="女儿", name="周小雨", born_on="1990-05-05", politics="01")
    Matter.objects.create(member=sun, procedure="flow", state="11", began_on="2026-01-05", region="310101", scope="1")
    Matter.objects.create(member=chen, procedure="abroad", state="84", began_on="2020-01-05", ended_on="2021-01-05")
    staff_term = TermFactory(organization=world.staff, number=1, committee_size=3)
    PostFactory(term=staff_term, member=zhou, portfolio="全面工作")
    PostFactory(term=staff_term, member=chen, duty="001B", ended_on=_day("2025-01-01"), document="2号")
    PostFactory(term=TermFactory(organization=world.college, number=2), member=zhou, duty="030U")


def _affairs(world):
    zhou, chen, sun = world.members.zhou, world.members.chen, world.members.sun
    TransferFactory(source=world.staff, member=chen)
    TransferFactory(source=world.staff, target=world.students, member=sun, type="internal", state="done", heading="")
    Registration.objects.create(member=zhou, organization=world.staff, community="示范社区", began_on="2025-03-01")
    DuesStandard.objects.create(
        member=zhou, organization=world.staff, category="1", monthly_fen=2550, from_month="2026-01-01", by_name="周敏"
    )
    for month, state, paid in (("2026-01-01", "2", 2550), ("2026-02-01", "1", 0)):
        DuesMonth.objects.create(
            member=zhou, organization=world.staff, month=month, state=state, due_fen=2550, paid_fen=paid
        )
    # collected where somebody stood before: not to be asked about from the branch of today
    DuesMonth.objects.create(member=sun, organization=world.artists, month="2026-01-01", state="1", due_fen=100)
    DuesTotal.objects.create(organization=world.staff, year=2026, month=1, due_fen=2550, paid_fen=2550, due_count=1)
    DuesTotal.objects.create(organization=world.staff, year=2026, month=0, due_fen=9999)
    _gatherings(world)
    Renewal.objects.create(organization=world.staff, kind="election", seats=1, asked_by="周敏", planned_on=DAY)
    ParentChange.objects.create(
        organization=world.students,
        old_parent=world.college,
        new_parent=world.root,
        decider=world.root,
        reason="机构调整",
        asked_by="周敏",
        asking_organization=world.college,
    )


def _gatherings(world):
    begins = timezone.make_aware(datetime.datetime(2026, 3, 1, 9))
    held = Gathering.objects.create(
        organization=world.staff,
        kind="1",
        type="11",
        topic="学习文件",
        begins_at=begins,
        ends_at=begins + datetime.timedelta(hours=2),
        place="会议室",
        chair="周敏",
        state="4",
        recorded_at=begins,
        due=2,
        present=1,
    )
    Gathering.objects.create(
        organization=world.artists,
        kind="2",
        type="1",
        topic="义务植树",
        begins_at=begins,
        ends_at=begins + datetime.timedelta(hours=3),
        place="校园",
        chair="钱进",
        state="2",
        is_study=True,
    )
    Attendance.objects.create(gathering=held, member=world.members.zhou, state="1", votes=True)
    Attendance.objects.create(gathering=held, member=world.members.chen, state="7")


def _developments(world):
    """何平 applies at 教工支部, 李思远 is 预备党员 there; 高洁 gave up at 表演支部."""
    steps = {"applied_on": _day("2024-03-01"), "activist_on": _day("2024-09-01"), "candidate_on": _day("2025-10-01")}
    he = Applicant(
        organization=world.staff,
        holder=world.college,
        name="何平",
        gender="1",
        born_on=_day("1995-06-30"),
        ethnicity="03",
        native_place="120101",
        education="21",
        job_post="0212",
        post="数学系讲师",
        step="11",
        stage="3",
        due_on=_day("2026-08-01"),
        observed_on=_day("2026-03-01"),
        reported_on=_day("2026-05-01"),
        **steps,
    )
    APPLICANT_NUMBERS.put(he, "99000019950630001" + check_digit("99000019950630001"))
    he.save(force_insert=True)
    _developed(world, steps)


def _developed(world, steps):
    Applicant.objects.create(
        organization=world.staff,
        holder=world.staff,
        member=world.members.li,
        name="李思远",
        step="21",
        stage="5",
        joined_on=_day("2025-12-01"),
        approved_on=_day("2026-01-10"),
        probation_ends_on=_day("2026-12-01"),
        is_extended=True,
        postponed_to=_day("2027-01-01"),
        **steps,
    )
    Applicant.objects.create(
        organization=world.artists,
        name="高洁",
        gender="2",
        state="81",
        step="03",
        stage="1",
        applied_on=_day("2026-01-05"),
        ended_on=_day("2026-04-05"),
    )
    Applicant.objects.create(
        organization=world.students,
        holder=world.students,
        member=world.members.sun,
        name="孙丽",
        state="20",
        step="25",
        stage="5",
        confirmed_on=_day("2026-02-01"),
        ended_on=_day("2026-03-01"),
    )
