"""What happened lately: acts that go through the services, so that reminders, decisions and 变动记录 have something."""

import datetime
from collections.abc import Mapping, Sequence

from accounts.codes import RoleKind, System
from accounts.models import RoleGrant
from eforefront.demo import journeys, papers, sheets
from eforefront.demo.cast import Actor, Cast
from eforefront.demo.people import Person
from members.models import Member
from members.services import batches, full_exports
from orgs.codes import OrgType
from orgs.figures import figures
from orgs.models import Organization
from orgs.services import closing, development, organizations, parents, renewals

# 换届 in every state: kind, then the steps taken after the request.
_RENEWALS = (
    ("election", ()),
    ("election", ("reply",)),
    ("election", ("reply", "elect")),
    ("election", ("reply", "elect", "report")),
    ("election", ("reply", "elect", "report", "confirm")),
    ("election", ("withdraw",)),
    ("extension", ()),
    ("extension", ("extend",)),
    ("early", ("refuse",)),
)
DORMITORY = "示范市海东区学院路1号学生公寓3号楼"
PILOT = 6  # general branches that use the development module
_SEATS = ("001A", "030U", "031U")


def tell(
    cast: Cast,
    rows: Sequence[Organization],
    known: Mapping[int, list[Person]],
    *,
    closed: Sequence[Organization],
    today: datetime.date,
) -> None:
    """Found, change, close and ask, as administrators of the top and of a general branch would."""
    top, general = role_of(cast.top), role_of(cast.general)
    below = [row for row in rows if row.parent_id == general.organization_id]
    if closed:
        day = today - datetime.timedelta(days=12)
        closing.dissolve(closed, by=top, on=day, document="示组〔2026〕18号", reason="支部党员毕业转出")
    _age_grants(top, today)
    branch = next(actor for actor in cast.others if actor.title == "支部管理员")
    journeys.tell(role_of(branch), top, today=today)
    _pilot_development(top, rows, below)
    _found_and_change(general, below[0], today)
    _ask_for_another_parent(general, below[-1], rows)
    _maintain_together(general)
    sheets.bring_in(top, [row for row in below if row.holds_members], today)
    _ask_for_full_records(top)
    _keep_papers(general, today)
    running = [row for row in below if row.full_members >= 8 and len(known[row.pk]) >= len(_SEATS)][:-1]
    running += [
        row
        for row in rows
        if row.is_branch and row.parent_id != general.organization_id and row.holds_members and row.full_members >= 8
    ][: len(_RENEWALS)]
    for branch, (kind, verbs) in zip(running, _RENEWALS, strict=False):
        by = general if branch.parent_id == general.organization_id else top
        _renew(branch, kind, verbs, people=known[branch.pk], by=by, today=today)


def role_of(actor: Actor) -> RoleGrant:
    grants = RoleGrant.objects.active().in_systems(System.INFO).select_related("user", "organization")
    return grants.get(user__name=actor.name, organization=actor.organization)


def _age_grants(top: RoleGrant, today: datetime.date) -> None:
    """Let everybody below the top have been administrator for longer than a year, so that a review is due."""
    for grant in RoleGrant.objects.managed_by(top).administrators().filter(by_duty=False):
        grant.starts_on = today - datetime.timedelta(days=400)
        grant.save(update_fields=["starts_on", "mark"])


def _pilot_development(by: RoleGrant, rows: Sequence[Organization], below: Sequence[Organization]) -> None:
    """Let the committee at the top and those directly below it approve, and some colleges take part in the pilot."""
    committees = [row for row in rows if row.org_type == OrgType.COMMITTEE and row.level <= 1]
    colleges = [row for row in rows if row.org_type == OrgType.GENERAL_BRANCH][:PILOT]
    college = below[0].parent
    pilot = [org for org in {id(org): org for org in (college, *colleges, *below)}.values() if _lasts(org)]
    reason = "发展党员线上办理试点"
    for chosen, rights in (
        (committees, {"may_develop": True, "may_approve": True}),
        (pilot, {"may_develop": True}),
    ):
        # the version was counted up since the rows were made, if anything was
        found = Organization.objects.filter(pk__in=[org.pk for org in chosen])
        versions = dict(found.values_list("pk", "version"))
        development.set_rights(chosen, by=by, versions=versions, reason=reason, **rights)


def _lasts(organization: Organization) -> bool:
    return organization.is_living and not organization.is_temporary and not organization.is_functional


def _found_and_change(by: RoleGrant, sibling: Organization, today: datetime.date) -> None:
    general = by.organization
    long = general.full_name.removeprefix("中国共产党").removesuffix("总支部委员会")
    fields = {
        "full_name": f"中国共产党{long}博士后流动站支部委员会",
        "short_name": f"{general.short_name.removesuffix('党总支')}博士后流动站党支部",
        "org_type": OrgType.BRANCH,
        "affiliation": general.affiliation,
        "founded_on": today - datetime.timedelta(days=40),
        "founding_document": "示组〔2026〕21号",
    }
    organizations.create(general, by=by, **fields)
    fields = {"contact_name": "值班联系人", "contact_phone": "010-0000111"}
    sibling.refresh_from_db(fields=["version"])
    organizations.update(sibling, by=by, version=sibling.version, **fields)


def _ask_for_another_parent(by: RoleGrant, branch: Organization, rows: Sequence[Organization]) -> None:
    generals = [row for row in rows if row.org_type == OrgType.GENERAL_BRANCH and row.pk != branch.parent_id]
    reason = "专业调整，支部所在教研室划入该单位"
    parents.ask(branch, to=generals[0], by=by, reason=reason, document="示组请〔2026〕7号")


def _maintain_together(by: RoleGrant) -> None:
    """One batch that is done, and one that still waits to be confirmed."""
    people = Member.objects.enrolled().visible_to(by).select_related("organization").order_by("pk")
    done = batches.prepare(people.filter(social_class="")[:6] or people[:6], values={"social_class": "0"}, by=by)
    batches.confirm(done)
    batches.run(done, by=by)
    students = people.filter(organization__short_name__contains="本科生")
    batches.prepare(students[:16] or people[:16], values={"address": DORMITORY}, by=by)


def _ask_for_full_records(top: RoleGrant) -> None:
    """Let an administrator of a large general branch ask for more full records than one person lets out."""
    grants = RoleGrant.objects.managed_by(top).administrators().in_systems(System.INFO).order_by("pk")
    roles = list(grants.filter(kind=RoleKind.DISTRICT).select_related("organization", "user")[:200])
    numbers = figures({role.organization_id for role in roles})
    for role in roles:
        if numbers[role.organization_id].members > full_exports.ALONE:
            rows = Member.objects.enrolled().of(role.organization_id).count()
            full_exports.ask(
                role.organization, query="", described="", rows=rows, by_branch=True, reason="年度党内统计核对", by=role
            )
            return


def _keep_papers(by: RoleGrant, today: datetime.date) -> None:
    staff = Member.objects.active().visible_to(by).filter(organization__short_name__contains="教工")
    if people := list(staff.select_related("organization").order_by("organization__lft", "name", "pk")[:30]):
        papers.keep(people, by=by, today=today)


def _renew(
    branch: Organization,
    kind: str,
    verbs: Sequence[str],
    *,
    people: Sequence[Person],
    by: RoleGrant,
    today: datetime.date,
) -> None:
    is_election = kind != "extension"
    renewal = renewals.ask(
        branch,
        kind=kind,
        by=by,
        reason="" if kind == "election" else "支部书记工作变动",
        months=0 if is_election else 6,
        planned_on=today + datetime.timedelta(days=20) if is_election else None,
        seats=len(_SEATS) if is_election else None,
        candidates=len(_SEATS) + 1 if is_election else None,
    )
    for verb in verbs:
        facts = _election(branch, people, today) if verb == "elect" else {"document": "示组复〔2026〕33号"}
        reason = "换届时间尚早，请按期换届" if verb == "refuse" else ""
        renewal = renewals.advance(renewal, verb, by=by, version=renewal.version, reason=reason, **facts)


def _election(branch: Organization, people: Sequence[Person], today: datetime.date) -> dict:
    voters = branch.full_members
    return {
        "method": "1",
        "elected_on": today - datetime.timedelta(days=3),
        "years": 3,
        "voters_due": voters,
        "voters_present": voters,
        "ballots_sent": voters,
        "ballots_returned": voters,
        "ballots_valid": voters,
        "elected": [
            {"member": number, "name": name, "duty": duty, "votes": voters}
            for (number, name), duty in zip(people, _SEATS, strict=False)
        ],
    }
