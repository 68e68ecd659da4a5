"""What 党员发展 tells the apps below, and what it does in the same transaction when they announce something."""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.dispatch import receiver
from django.urls import reverse

from accounts.codes import System
from accounts.powers import Power
from eforefront.models import Applicant, DossierHandOver, HandIn, SelfRegistration
from eforefront.models.development import APPLICANT_NUMBERS
from eforefront.services.development import following
from members.claims import REGISTERED, claims_numbers
from members.signals import members_stand, probation_put_off
from orgs.guards import Act, Reason, blocks
from orgs.models import Organization
from orgs.signals import (
    development_rights_changed,
    organization_dissolved,
    organization_moved,
    organizations_merged,
)
from partyplatform.audit import ActingRole
from partyplatform.ui.todos import counts_todos

NAMED = 5


@claims_numbers
def numbers_of_applicants(numbers: Collection[str], by: ActingRole) -> dict[str, str]:
    """Nobody enters the roll by another way while the own development is under way."""
    keys = {key: number for number in numbers for key in APPLICANT_NUMBERS.search_keys(number)}
    rows = Applicant.objects.open().filter(id_number_index__in=keys)
    found = {keys[row.id_number_index]: REGISTERED for row in rows}
    if found:
        for row in Applicant.objects.open().visible_to(by).filter(id_number_index__in=keys).listed():
            found[keys[row.id_number_index]] = f"该身份证号的发展党员正在{row.organization.short_name}办理"
    return found


@receiver(members_stand, dispatch_uid="eforefront.developments_follow")
def follow(sender: Any, *, members: Iterable[Any], by: Any, **_: Any) -> None:
    following.follow_members(members, by=by)


@receiver(probation_put_off, dispatch_uid="eforefront.developments_are_put_off")
def put_off(sender: Any, *, member: Any, profile: Any, by: Any, told: bool, **_: Any) -> None:
    following.follow_absence(member, profile, by=by, told=told)


@receiver(organizations_merged, dispatch_uid="eforefront.applicants_go_along")
def go_along(sender: Any, *, source: Any, target: Any, by: Any, **_: Any) -> None:
    following.follow_merger(source, target, by=by)


@receiver(organization_moved, dispatch_uid="eforefront.developments_rerouted")
def reroute(sender: Any, *, organization: Any, **_: Any) -> None:
    following.route([organization])


@receiver(development_rights_changed, dispatch_uid="eforefront.developments_of_others")
def reroute_rights(sender: Any, *, organizations: Iterable[Any], **_: Any) -> None:
    following.route(Organization.objects.filter(pk__in=[organization.pk for organization in organizations]))


@receiver(organization_dissolved, dispatch_uid="eforefront.nobody_is_left_behind")
def leave_nobody(sender: Any, *, organization: Any, **_: Any) -> None:
    """Whoever applied since the question was asked stops the act."""
    if Applicant.objects.open().of(organization).exists():
        raise ValidationError(f"{organization.short_name}：有发展党员正在办理，请先移交材料或结束培养")


@blocks(Act.DISSOLVE, Act.UPGRADE, Act.STOP_HOLDING)
def applicants_present(organizations: QuerySet) -> Iterable[Reason]:
    """Whoever is being developed in a branch is handed over first, or the development ends."""
    rows = Applicant.objects.open().filter(organization__in=organizations.order_by().values("pk"))
    named = list(rows.order_by("pk").values_list("name", flat=True)[: NAMED + 1])
    if named:
        more = "等" if len(named) > NAMED else ""
        text = f"有 {rows.count()} 名发展党员正在办理（{'、'.join(named[:NAMED])}{more}），请先移交材料或结束培养"
        yield Reason(text, "查看党员发展", reverse("eforefront:applicants"))


@counts_todos
def waiting(role: Any) -> list[QuerySet]:
    """What the bell counts: steps of others that wait for a 党委 or 党总支, files offered to a branch, what is late."""
    if role.system != System.PORTAL or not role.can(Power.VIEW_DEVELOPMENT):
        return []
    if role.can(Power.DECIDE_DEVELOPMENT):
        return [Applicant.objects.held_by(role).exclude(organization=role.organization_id)]
    own = [HandIn.objects.waiting_for(role), SelfRegistration.objects.visible_to(role).waiting()]
    return [Applicant.objects.to_do_by(role), DossierHandOver.objects.waiting_for(role), *own]
