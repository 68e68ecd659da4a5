"""The first administrator of an organisation nobody above can grant."""

from django.db import transaction

from accounts.codes import RoleKind, System, admin_kind
from accounts.models import User
from accounts.services.grants import grant_role
from orgs.models import Organization
from partyplatform import audit


@transaction.atomic
def create_administrator(
    organization: Organization, *, name: str, id_number: str, password: str, by: audit.ActingRole = audit.SYSTEM
) -> User:
    """Open an account that administers `organization` in both systems.

    The password has been checked by the caller (`accounts.passwords`). Raises ValidationError for a number that is
    none or has an account, and for a dissolved organisation.
    """
    user = User.objects.create(name=name, id_number=id_number, password=password)
    kind = admin_kind(organization.org_type)
    for system in System:
        grant_role(user, organization=organization, kind=kind, system=system, by=by, reason="由运维命令建立")
    audit.record(by, "accounts.create", user, organization=organization.pk)
    return user


@transaction.atomic
def create_auditor(
    organization: Organization, *, name: str, id_number: str, password: str, by: audit.ActingRole = audit.SYSTEM
) -> User:
    """Open an account that reads the audit of a committee; the arguments are those of `create_administrator`."""
    user = User.objects.create(name=name, id_number=id_number, password=password)
    grant_role(
        user,
        organization=organization,
        kind=RoleKind.AUDITOR,
        system=System.INFO,
        by=by,
        reason="由运维命令建立",
    )
    audit.record(by, "accounts.create", user, organization=organization.pk)
    return user
