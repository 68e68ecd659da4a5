"""What a post must satisfy. Source: screens.md 2.3 班子成员信息."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from members import codes
from members.codes import Duty, MembershipStatus, PersonCategory
from members.models import Post
from orgs.dates import add_months
from orgs.models import Organization


def check(post: Post) -> None:
    """Raise ValidationError by field for everything the rules refuse."""
    faults = {
        "member": _member_fault(post),
        "duty": _duty_fault(post),
        "started_on": _start_fault(post),
        "ended_on": _end_fault(post),
    }
    if faults := {field: text for field, text in faults.items() if text}:
        raise ValidationError(faults)
    post.full_clean(exclude=["term", "member"], validate_unique=False, validate_constraints=False)


def seniority_warning(post: Post) -> str:
    """Does a branch get a 书记 of less than a year's membership? A reminder only. Source: 支部条例 23."""
    full_since = post.member.confirmed_on
    if post.duty != Duty.SECRETARY or not post.term.organization.is_branch or full_since is None:
        return ""
    if post.started_on >= add_months(full_since, 12):
        return ""
    return f"{post.member.name}任职时党龄不满 1 年：党支部书记一般应当具有 1 年以上党龄，请核对"


def _member_fault(post: Post) -> str:
    if post.ended_on is not None:
        return ""  # history: the person may have left since
    member, organization = post.member, post.term.organization
    if member.status != MembershipStatus.NORMAL or member.category != PersonCategory.FULL:
        return f"只有党籍状态正常的正式党员可以任职，{member.name}为{member.get_category_display()}"
    if not Organization.objects.within(organization.pk).filter(pk=member.organization_id).exists():
        return f"{member.name}不是{organization.short_name}及其下级党组织的党员"
    return ""


def _duty_fault(post: Post) -> str:
    if post.duty not in dict(codes.POSTS):
        return "请选择党内职务"
    if post.duty == Duty.GROUP_LEADER and not post.term.organization.is_branch:
        return "党小组设在党支部内，只有党支部可以登记党小组组长"
    if post.ended_on is not None:
        return ""
    others = Post.objects.open().filter(term=post.term, duty=post.duty).exclude(pk=post.pk).select_related("member")
    if others.filter(member=post.member).exists():
        return f"{post.member.name}在本届次已任{post.duty_label}"
    if post.duty == Duty.SECRETARY and (present := others.first()):
        return f"本届次已有书记（{present.member.name}），请先登记离任"
    return ""


def _start_fault(post: Post) -> str:
    if post.started_on < post.term.elected_on:
        return f"任职日期不能早于当选（换届）日期（{post.term.elected_on:%Y-%m-%d}）"
    return "任职日期不能晚于今天" if post.started_on > timezone.localdate() else ""


def _end_fault(post: Post) -> str:
    if post.ended_on is None:
        return ""
    if post.ended_on < post.started_on:
        return f"离任日期不能早于任职日期（{post.started_on:%Y-%m-%d}）"
    return "离任日期不能晚于今天" if post.ended_on > timezone.localdate() else ""
