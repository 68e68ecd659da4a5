"""One small world for tests that cross the apps: a university, its members, and everybody who may act in it."""

import datetime
from types import SimpleNamespace

from django.db import transaction

from accounts.codes import RoleKind, System
from accounts.tests.factories import RoleGrantFactory, UserFactory, id_number
from eforefront.tests.notice_factories import NewsFactory, NoticeFactory, notice_file
from members.models import Member, Office
from members.services import standings
from members.shares import share, total
from orgs import totals
from orgs.models import ParentChange, Renewal
from orgs.tests.factories import OrganizationFactory, TermFactory
from transfers.tests.factories import (
    InMessageFactory,
    OutMessageFactory,
    TransferFactory,
    arrival_at,
    batch_of,
    file_of,
    letter_of,
)

# fmt: off
ACTORS = (
    # name        organization  kind       relation to 教工支部, which the addresses of the table speak of
    ("top",       "root",       "city"),      # the committee above everything
    ("upper",     "college",    "district"),  # the general branch above it
    ("own",       "staff",      "branch"),    # itself
    ("sibling",   "students",   "branch"),    # under the same parent
    ("foreign",   "other",      "district"),  # another general branch
    ("stranger",  "elsewhere",  "city"),      # another tree
)
# fmt: on


@transaction.atomic
def build():
    """示范大学党委 ─┬─ 信息学院党总支 ─┬─ 教工支部 (3 members)
                     │                  ├─ 学生支部
                     │                  └─ 旧支部 (dissolved)
                     └─ 艺术学院党总支 ─── 表演支部
    另一大学党委
    """
    world = _organizations()
    world.members = _members(world.staff)
    world.member = world.members[0]
    world.office = Office.objects.create(member=world.member, unit="示范大学", title="教师", begins_on="2020-09-01")
    _put_procedures(world)
    _put_notices(world)
    _put_transfers(world)
    world.roles = _roles(world)
    world.grant = world.roles["own", "info"]
    return world


def _organizations():
    root = OrganizationFactory(short_name="示范大学党委", full_name="中国共产党示范大学委员会", unit_relation="2")
    college = OrganizationFactory(
        parent=root, org_type="621", short_name="信息学院党总支", full_name="中国共产党示范大学信息学院总支部委员会"
    )
    other = OrganizationFactory(
        parent=root, org_type="621", short_name="艺术学院党总支", full_name="中国共产党示范大学艺术学院总支部委员会"
    )
    elsewhere = OrganizationFactory(
        short_name="另一大学党委", full_name="中国共产党另一大学委员会", unit_relation="2", unit_name="另一大学"
    )
    branches = {
        name: OrganizationFactory(
            parent=parent, short_name=short, full_name=f"中国共产党示范大学{parent.short_name[:4]}{short}委员会"
        )
        for name, parent, short in (
            ("staff", college, "教工支部"),
            ("students", college, "学生支部"),
            ("artists", other, "表演支部"),
        )
    }
    closed = OrganizationFactory(
        parent=college,
        short_name="旧支部",
        full_name="中国共产党示范大学信息学院旧支部委员会",
        dissolved_on=datetime.date(2025, 7, 1),
    )
    return SimpleNamespace(root=root, college=college, other=other, elsewhere=elsewhere, closed=closed, **branches)


def _put_procedures(world):
    """What an organisation goes through: a term, another parent, a renewal."""
    world.term = TermFactory(organization=world.staff, number=1)
    world.change = ParentChange.objects.create(
        organization=world.students,
        old_parent=world.college,
        new_parent=world.other,
        decider=world.root,
        reason="机构调整",
        asked_by="周敏",
        asking_organization=world.college,
    )
    world.renewal = Renewal.objects.create(organization=world.staff, kind="election", seats=1, asked_by="周敏")


def _put_notices(world):
    world.notice = NoticeFactory(organization=world.staff)
    world.news = NewsFactory(organization=world.staff)
    world.news_file = notice_file(news=world.news)


def _put_transfers(world):
    world.transfer = TransferFactory(source=world.staff, member=world.member)
    world.letter = letter_of(world.transfer)
    world.transfer_batch = batch_of(world.transfer)
    world.transfer_file = file_of(world.transfer)
    world.arriving = arrival_at(world.staff)
    world.arrived = arrival_at(world.staff, state="done", member=world.member)
    world.message_in, world.message_out = InMessageFactory(place=world.root), OutMessageFactory(place=world.root)
    world.peer = world.message_in.peer


def _members(branch):
    rows = [Member(name=name, category="1", organization=branch) for name in ("李思远", "欧阳·娜", "王𠮷")]
    for serial, row in enumerate(rows, 1):
        row.seal_id_number(id_number(serial, born="19600101"))
        row.rescore()
    Member.objects.bulk_create(rows)
    standings.follow_many(Member.objects.filter(organization=branch), cause="入册")
    totals.change(branch.pk, **total(share(row) for row in rows))
    branch.refresh_from_db()
    return list(Member.objects.filter(organization=branch).order_by("pk"))


def _roles(world):
    roles = {}
    for name, organization, kind in ACTORS:
        user = UserFactory(name=f"示例{name}")
        at = getattr(world, organization)
        for system in System:
            roles[name, system.value] = RoleGrantFactory(
                user=user, organization=at, kind=RoleKind(kind), system=system, is_default=True
            )
    member = UserFactory(name="示例党员")
    roles["member", "portal"] = RoleGrantFactory(
        user=member, organization=world.staff, kind=RoleKind.MEMBER, system=System.PORTAL, is_default=True
    )
    return roles


def user_of(world, actor):
    """Return the account of an actor."""
    return next(role.user for (name, _), role in world.roles.items() if name == actor)
