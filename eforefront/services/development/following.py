"""A development follows the roll and the tree: moves, 转正 by 党籍管理, leaving, merged branches, other rights."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from eforefront.development.chains import chain
from eforefront.development.states import Deed, State
from eforefront.development.steps import CONFIRMING, DISCUSSING, LAST, STEPS, Actor
from eforefront.models import Applicant, Sponsorship
from eforefront.services.development.stepping import rest, settle, tell, write
from members import membership
from members.codes import MembershipStatus, PersonCategory
from members.models import Member, MemberProfile
from members.services.sections import profile_of
from orgs.models import Organization
from partyplatform import audit

_ABOVE = tuple(step.number for step in STEPS.values() if step.actor is not Actor.BRANCH)


def follow_members(members: Iterable[Member], *, by: audit.ActingRole | None) -> None:
    """After the roll changed: let open developments of these members stand as the records now say."""
    people = {member.pk: member for member in members}
    rows = Applicant.objects.open().filter(member__in=people).select_for_update(of=("self",), no_key=True)
    for applicant in rows.select_related("organization", "member").order_by("pk"):
        assert applicant.member_id is not None
        _follow(applicant, people[applicant.member_id], by=by or audit.SYSTEM)


def _follow(applicant: Applicant, member: Member, *, by: Any) -> None:
    if not member.is_enrolled:
        is_annulled = member.status == MembershipStatus.EXPELLED and not applicant.confirmed_on
        _end(applicant, State.ANNULLED if is_annulled else State.LEFT, by=by)
        return
    if member.organization_id != applicant.organization_id:
        _move(applicant, member.organization, by=by)
    if member.category == PersonCategory.FULL and applicant.step < LAST:
        applicant.confirmed_on = member.confirmed_on
        _stand(applicant, LAST, "在党籍管理中办理转正", by=by)
    elif member.category == PersonCategory.PROBATIONARY:
        _follow_probation(applicant, member, profile_of(member), by=by)


def follow_absence(member: Member, profile: MemberProfile, *, by: Any, told: bool) -> None:
    """After time abroad put the 预备期 off: so does the development; the history says why unless it said so before."""
    rows = Applicant.objects.open().filter(member=member).select_for_update(of=("self",), no_key=True)
    for applicant in rows.select_related("organization", "member"):
        end = membership.end_of(member, profile)
        label = f"出国（境），预备期顺延至 {end:%Y-%m-%d}" if profile.probation_until else "预备期不再顺延"
        _follow_probation(applicant, member, profile, by=by, label=label if told else "")


def _follow_probation(
    applicant: Applicant,
    member: Member,
    profile: MemberProfile,
    *,
    by: Any,
    label: str = "预备期随党员记录更正",
) -> None:
    end = membership.end_of(member, profile)
    if (end, member.joined_on) == (applicant.probation_ends_on, applicant.joined_on):
        return
    applicant.joined_on, applicant.probation_ends_on = member.joined_on, end
    applicant.is_extended = bool(profile.probation_months)
    if label:
        _stand(applicant, applicant.step, label, by=by)
    else:
        rest(applicant)


def _move(applicant: Applicant, branch: Organization, *, by: Any) -> None:
    """The new branch discusses 转正 itself; a decision the old one asked for is asked for again."""
    applicant.organization = branch
    today = timezone.localdate()
    for row in Sponsorship.objects.of(applicant).present():
        row.until = max(today, row.since)
        row.save(update_fields=["until"])
    step = DISCUSSING if applicant.step == CONFIRMING else applicant.step
    _stand(applicant, step, f"组织关系转入{branch.short_name}"[:60], by=by)


def _stand(applicant: Applicant, step: str, label: str, *, by: Any) -> None:
    settle(applicant, step=step)
    _write(applicant, label, by=by)


def _end(applicant: Applicant, state: State, *, by: Any) -> None:
    settle(applicant, step=applicant.step, state=state, on=timezone.localdate())
    _write(applicant, state.label, by=by)


def _write(applicant: Applicant, label: str, *, by: Any) -> None:
    applicant.save()
    write(applicant, Deed.FOLLOW, by=by, on=timezone.localdate(), label=label)
    rest(applicant)
    tell(applicant, "follow_development", by=by, changes=[["发展党员", "", label]])


def follow_merger(source: Organization, target: Organization, *, by: audit.ActingRole) -> None:
    """Applicants of a merged branch belong to the one that took its members in; members go with the roll."""
    rows = Applicant.objects.open().of(source).filter(member=None).select_for_update(of=("self",), no_key=True)
    for applicant in rows.order_by("pk"):
        applicant.organization = target
        _stand(applicant, applicant.step, f"所在支部并入{target.short_name}"[:60], by=by)


def route(organizations: Iterable[Organization]) -> None:
    """Let the organisations that stand above now, with the rights they have now, hold what waits below them."""
    for organization in organizations:
        rows = Applicant.objects.open().under(organization).filter(step__in=_ABOVE)
        for applicant in rows.select_related("organization", "holder").select_for_update(of=("self",), no_key=True):
            _route(applicant)


def _route(applicant: Applicant) -> None:
    acting = chain(STEPS[applicant.step], applicant.organization)
    right = {organization.pk for organization in acting} if acting else {None}
    if applicant.holder_id not in right:  # whoever reviewed it need not do so again
        applicant.holder = acting[0] if acting else None
        applicant.version += 1
        applicant.save(update_fields=["holder", "version"])
