"""What accounts does when others announce something."""

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts import sessions
from accounts.services.grants import end_roles_at, move_member_roles
from orgs.signals import organization_dissolved, organizations_merged


@receiver(organization_dissolved, dispatch_uid="accounts.end_roles")
def end_roles(sender, *, organization, by, **_):
    """Roles end with their organisation, in the same transaction. Source: workflows.md 1.2."""
    end_roles_at(organization, by=by, reason="党组织已撤销")


@receiver(organizations_merged, dispatch_uid="accounts.move_member_roles")
def move_roles_of_members(sender, *, source, target, by, **_):
    """Members of a merged branch keep their role, now in the branch that took them in."""
    move_member_roles(source, target, by=by, reason=f"并入{target.short_name}")


@receiver(user_logged_in, dispatch_uid="accounts.begin_session")
def begin_session(sender, *, request, user, **_):
    sessions.begin(request, user)
