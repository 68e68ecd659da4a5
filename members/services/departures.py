"""Leaving the platform: a member whose 组织关系 went to a place that is not on it."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from members.codes import MembershipStatus
from members.locks import refuse_if_locked
from members.models import Member
from members.services import checking, matter_marks, standings
from members.services.endings import follow_status
from members.services.locking import taken
from members.services.members import has_posts, posts_of
from members.shares import negative, share
from orgs import totals
from partyplatform import audit

ABROAD = "43"  # 转往市外, of member_remove_kind


@transaction.atomic
def depart(member: Member, *, by: audit.ActingRole, on: datetime.date, document: str = "", reason: str = "") -> Member:
    """Let an active member leave for a place outside the platform on a day; the record becomes read only.

    Its open matters end: a 流动 became a transfer, a 暂留 is over, the others end with the membership here.

    Raises ValidationError for somebody who is not active, who holds a post, or whose record somebody locks.
    """
    member, _ = taken(member)
    if member.status != MembershipStatus.NORMAL:
        raise ValidationError(f"{member.name}的党籍状态为{member.get_status_display()}，不能办理转出")
    refuse_if_locked(member)
    if posts := posts_of(member):
        raise ValidationError(has_posts(member, posts))
    before, shown = share(member), member.get_status_display()
    member.status = MembershipStatus.TRANSFERRED
    matter_marks.end_with_transfer(member, on=on, by=by)
    matter_marks.follow_status(member, on=on, by=by)
    member.rescore()
    member.version += 1
    member.save(update_fields=["status", *matter_marks.FIELDS, "filled", "required", "version"])
    standings.follow(member, cause="转往市外", kind=ABROAD, on=on, document=document, reason=reason, by=by)
    totals.change(member.organization_id, **negative(before))
    follow_status(member, by=by)
    checking.follow(member)
    changes = [["党籍状态", shown, member.get_status_display()], ["转出日期", "", f"{on:%Y-%m-%d}"]]
    audit.record(by, "members.depart", member, organization=member.organization_id, changes=changes, document=document)
    return member
