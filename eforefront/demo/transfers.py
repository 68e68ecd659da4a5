"""组织关系转接 in every state, begun over the last weeks: acts through the services, each on its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from django.utils import timezone

from accounts.codes import admin_kind
from eforefront.demo.cast import Actor, Cast
from eforefront.demo.clock import days_ago
from members.models import Member
from members.services.members import posts_of
from members.services.posts import leadership
from orgs.models import Organization, ParentChange
from transfers import workflow
from transfers.models import Transfer
from transfers.paid_months import last_paid
from transfers.services import clocks
from transfers.services.advancing import advance
from transfers.services.starting import start

TIMES = 2  # how often each story is told
AGREED = "同意。"


@dataclass(frozen=True)
class Desk:
    """Whoever acts for an organisation in these stories: its 书记, where it has one."""

    organization: Organization
    user_name: str
    user_uid: str = ""

    @property
    def label(self) -> str:
        return f"{admin_kind(self.organization.org_type).label} · {self.organization.short_name}"

    @property
    def organization_id(self) -> int:
        return self.organization.pk

    @property
    def organization_name(self) -> str:
        return self.organization.short_name

    def can(self, power: object) -> bool:
        return True


@dataclass(frozen=True)
class Story:
    """One transfer: how many organisations said yes, what came then, how many days ago it began, where to."""

    passed: int
    verb: str = ""
    remark: str = ""
    days: int = 3
    to: str = "college"  # the same 党总支, another "college", another "committee", "outside"
    cause: str = "post"


# fmt: off
STORIES = (
    Story(0, days=1, to="near"),                       Story(1, days=2, to="near"),
    Story(2, days=20, to="near"),                      Story(0, days=5),
    Story(0, days=16),                                 Story(1, days=9),
    Story(2, days=4),                                  Story(3, days=6),
    Story(4, days=30),                                 Story(1, "send_back", "转入支部填写有误", days=12),
    Story(0, "withdraw", "", days=8),                  Story(1, days=3, to="committee"),
    Story(2, days=10, to="committee"),                 Story(3, days=25, to="committee"),
    Story(2, days=40, to="committee"),                 Story(2, "send_back", "档案尚未到齐", days=15, to="committee"),
    Story(1, days=2, to="outside", cause="work"),      Story(2, days=20, to="outside", cause="work"),
    Story(2, days=50, to="outside", cause="study"),    Story(2, days=95, to="outside", cause="residence"),
    Story(2, "receipt", "", days=60, to="outside", cause="graduation"),
)
# fmt: on


def tell(cast: Cast, rows: Sequence[Organization]) -> int:
    """Begin transfers and carry them as far as their stories go; return how many there are."""
    places = _Places(rows, first=cast.general.organization)
    told = count()
    for _ in range(TIMES):
        for story in STORIES:
            source = places.source(story)
            if source is not None and (member := _movable(source)) is not None:
                _carry(story, member, places)
                next(told)
    _begin_for(cast, places)
    clocks.expire_letters()
    while clocks.remind_of_late_steps():
        pass
    return next(told) + 1


class _Places:
    """Branches to leave and to reach, taken one after the other."""

    def __init__(self, rows: Sequence[Organization], *, first: Organization) -> None:
        moving = set(ParentChange.objects.filter(state="asked").values_list("organization", flat=True))
        branches = [row for row in rows if row.holds_members and row.full_members > 3 and row.pk not in moving]
        self.committees = set(Organization.objects.approving().values_list("pk", flat=True))
        by_parent: dict[int, list[Organization]] = {}
        for row in branches:
            by_parent.setdefault(row.parent_id, []).append(row)
        self.by_parent = {pk: rows for pk, rows in by_parent.items() if len(rows) > 1}
        others = [pk for pk in self.by_parent if pk not in self.committees and pk != first.pk]
        self.parents = [pk for pk in (first.pk, *others) if pk in self.by_parent]
        self._turn = count()

    def source(self, story: Story) -> Organization | None:
        if not self.parents:
            return None
        turn = next(self._turn)
        return self.by_parent[self.parents[turn % len(self.parents)]][turn // len(self.parents) % 2]

    def target(self, story: Story, source: Organization) -> Organization | None:
        """Return the branch a story leads to, None for a place outside or where the tree has no such branch."""
        near = self.by_parent[source.parent_id]
        if story.to == "outside":
            return None
        if story.to == "near":
            return near[-1]
        there = self._elsewhere(source, by_committee=story.to == "committee")
        return there or near[-1]

    def _elsewhere(self, source: Organization, *, by_committee: bool) -> Organization | None:
        mine = Organization.objects.nearest_approving(source.pk)
        for pk, branches in self.by_parent.items():
            if pk == source.parent_id:
                continue
            theirs = Organization.objects.nearest_approving(branches[0].pk)
            if (theirs != mine) == by_committee and theirs is not None:
                return branches[next(self._turn) % len(branches)]
        return None


def _movable(branch: Organization) -> Member | None:
    """Return somebody of the branch without post and account who is not on the way already."""
    busy = Transfer.objects.unfinished().filter(member__isnull=False).values("member")
    rows = Member.objects.active().full().filter(organization=branch, posts=None, user=None)
    return rows.exclude(pk__in=busy).order_by("pk").last()


def _carry(story: Story, member: Member, places: _Places) -> None:
    """Play a story, an act a day. What settles where somebody belongs happens today, as the roll says."""
    with days_ago(story.days):
        transfer = _begin(member, places.target(story, member.organization), cause=story.cause)
    for number, verb in enumerate((*["pass"] * story.passed, story.verb), 1):
        transfer.refresh_from_db()
        step = workflow.find(verb, transfer)
        if step is None:
            break
        by = _desk(transfer.starter if verb == "withdraw" else transfer.holder)
        facts = {"received_on": timezone.localdate()} if verb == "receipt" else {}
        remark = story.remark if verb == story.verb else AGREED
        with days_ago(0 if step.final else max(0, story.days - number)):
            transfer = advance(transfer, verb, by=by, version=transfer.version, remark=remark, **facts)


def _begin(member: Member, target: Organization | None, *, cause: str) -> Transfer:
    outside = {"heading": "中共邻市委组织部", "destination": "邻市人才服务中心"} if target is None else {}
    month = timezone.localdate().replace(day=1)
    month = max(month, last_paid(member) or month)  # the story may begin before the last month that is paid
    return start(member, target=target, by=_desk(member.organization), cause=cause, dues_paid_to=month, **outside)


def _begin_for(cast: Cast, places: _Places) -> None:
    """Let those who can log in find something: the 党员 an own transfer, the branch somebody to take in."""
    own = _of(cast, "党员")
    branch = _of(cast, "支部管理员").branch
    member = Member.objects.get(pk=own.member)
    if not posts_of(member):
        with days_ago(2):
            _begin(member, None, cause="work")
    for neighbour in places.by_parent.get(branch.parent_id, [])[:3]:
        if neighbour.pk != branch.pk and (member := _movable(neighbour)) is not None:
            with days_ago(4):
                transfer = _begin(member, branch, cause="post")
            with days_ago(3):
                advance(transfer, "pass", by=_desk(transfer.holder), version=transfer.version, remark=AGREED)
            break


def _of(cast: Cast, title: str) -> Actor:
    return next(actor for actor in cast.others if actor.title == title)


def _desk(organization: Organization) -> Desk:
    leaders = leadership([organization.pk]).get(organization.pk)
    return Desk(organization, (leaders.secretary if leaders else "") or "值班管理员")
