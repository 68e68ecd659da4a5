"""What the roll does when the tree announces something; all inside the transaction of the act."""

from django.core.exceptions import ValidationError
from django.dispatch import receiver

from members.models import Member
from members.services.branches import distribute, move_all
from members.services.terms import end_all, install
from orgs.signals import organization_dissolved, organization_upgraded, organizations_merged, term_renewed


@receiver(organizations_merged, dispatch_uid="members.take_in")
def take_in_members(sender, *, source, target, by, **_):
    """Members of the merged branch belong to the one that took it in."""
    move_all(source, target, by=by)


@receiver(organization_dissolved, dispatch_uid="members.end_posts")
def end_posts(sender, *, organization, by, **_):
    """Posts end with their organisation. Whoever was admitted since the question was asked stops the act."""
    if count := Member.objects.enrolled().filter(organization=organization).count():
        raise ValidationError(f"{organization.short_name}：有 {count} 名党员的组织关系在此，请先转出")
    end_all(organization, on=organization.dissolved_on, by=by)


@receiver(term_renewed, dispatch_uid="members.install_elected")
def install_elected(sender, *, term, elected, by, **_):
    """The elected take up their posts with the approval of the election."""
    install(term, elected=elected, by=by)


@receiver(organization_upgraded, dispatch_uid="members.distribute")
def distribute_members(sender, *, organization, assignment, by, **_):
    """Members of an upgraded branch go to its new branches."""
    distribute(organization, assignment=assignment, by=by)
