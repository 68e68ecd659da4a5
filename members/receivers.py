"""What the roll does when the tree announces something; all inside the transaction of the act."""

from django.core.exceptions import ValidationError
from django.dispatch import receiver

from accounts.services.grants import end_roles_at
from members.candidates import leads_by_duty_under
from members.models import Member
from members.services.admissions import route
from members.services.branches import distribute, move_all
from members.services.duty_grants import follow_posts, leading_posts
from members.services.endings import follow_tree
from members.services.standings import follow_subtree
from members.services.terms import end_all, install
from orgs.models import Organization
from orgs.signals import (
    organization_dissolved,
    organization_moved,
    organization_upgraded,
    organizations_merged,
    term_began,
    term_renewed,
)

WHOLESALE = "38"  # 整建制转入, of member_add_kind


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
    """Members of an upgraded branch go to its new branches.

    A branch's administrators are none of a general branch or committee: those its level has are appointed anew, its
    书记 and 副书记 become administrators by duty.
    """
    distribute(organization, assignment=assignment, by=by)
    end_roles_at(organization, by=by, reason="党支部已升格")
    follow_posts(organization, by=by, taken_up=leading_posts(organization))


@receiver(term_began, dispatch_uid="members.follow_term")
def follow_term(sender, *, term, by, **_):
    """Posts of the term before are no longer current, so the roles that came with them end."""
    follow_posts(term.organization, by=by)


@receiver(organization_moved, dispatch_uid="members.follow_tree")
def follow_new_parent(sender, *, organization, old_parent, new_parent, by, change=None, **_):
    """With another 基层党委 everybody's 组织关系 moved with the whole branch, 整建制转移.

    Whoever moved away with a branch administers nothing above its old place any more; a branch right below a
    committee has administrators by duty, one below a general branch has not.
    """
    kept = Organization.objects.above(new_parent.pk, include_self=True).values_list("pk", flat=True)
    above = Organization.objects.above(old_parent.pk, include_self=True).values_list("pk", flat=True)
    if change is not None and change.is_wholesale:
        words = {"cause": "整建制转移", "kind": WHOLESALE, "document": change.document}
        follow_subtree(organization.pk, by=by, reason=change.reason[:200], **words)
    route(Organization.objects.within(organization.pk).values("pk"))
    follow_tree(organization, losing=set(above) - set(kept), by=by)
    organization = Organization.objects.select_related("parent").get(pk=organization.pk)
    before = leads_by_duty_under(organization, old_parent)
    follow_posts(organization, by=by, taken_up=() if before else leading_posts(organization))
