"""The role 入党申请人: where the applicant is, while the development is under way and until the roll takes over."""

from accounts.codes import RoleKind, System
from accounts.models import RoleGrant, User
from accounts.services.grants import end_roles, grant_role
from eforefront.models import Applicant
from partyplatform import audit


def let_in(applicant: Applicant, user: User, *, by: audit.ActingRole) -> None:
    """Let the role 入党申请人 be that of the present branch, and only that."""
    own = RoleGrant.objects.of(user).open().filter(kind=RoleKind.APPLICANT)
    end_roles(own.exclude(organization=applicant.organization_id), by=by, reason="所在支部已变更")
    if not own.filter(organization=applicant.organization_id).exists():
        place, kind = applicant.organization, RoleKind.APPLICANT
        grant_role(user, organization=place, kind=kind, system=System.PORTAL, by=by)


def follow(applicant: Applicant, *, by: audit.ActingRole) -> None:
    """Move the role along with the applicant and end it with the development. The role 党员 ends it by itself."""
    if applicant.user is None or applicant.member_id is not None:
        return
    if applicant.is_open:
        return let_in(applicant, applicant.user, by=by)
    own = RoleGrant.objects.of(applicant.user).open().filter(kind=RoleKind.APPLICANT)
    end_roles(own, by=by, reason="发展党员记录已结束")
