"""党籍管理: one service for every act of the table. Source: screens.md 2.6; workflows.md 4.3, 5.1."""

import datetime
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from members import membership
from members.acts import Act
from members.codes import EXPEL_KINDS, MembershipStatus
from members.locks import refuse_if_locked
from members.models import Member, MemberProfile
from members.services import checking, files, matter_marks, pausing, standings
from members.services import members as roll
from members.services.endings import follow_status
from members.services.locking import record_of, refuse_unless_receiving
from members.services.merging import reopen
from members.services.periods import first_open_day
from members.services.sections import profile_of
from members.shares import negative, share, total
from orgs import totals
from orgs.dates import add_months
from partyplatform import audit
from partyplatform.ui.stale import Stale

EXTENSION = range(6, 13)  # months
RECTIFYING = 12  # months at most; 教管条例 30
STOPPED = 24  # months without contact before 自行脱党
CHARTER_OF_1982 = datetime.date(1982, 9, 6)


@transaction.atomic
def carry_out(
    act: Act,
    member: Member,
    *,
    by: audit.ActingRole,
    version: int,
    on: datetime.date,
    document: str = "",
    reason: str = "",
    file: UploadedFile | None = None,
    **asked: Any,
) -> Member:
    """Let an act happen to a member on a day; `asked` holds what `act.asks` names, `file` is the scan of what says so.

    Raises PermissionDenied without the power, `Stale`, `OutOfReach`, ValidationError for a member it does not suit
    and for what the rules refuse.
    """
    if not by.can(act.needs):  # type: ignore[attr-defined]
        raise PermissionDenied
    words = {"document": document, "reason": reason, "file": file, **asked}
    return carry_out_decided(act, member, by=by, version=version, on=on, **words)


@transaction.atomic
def carry_out_decided(
    act: Act,
    member: Member,
    *,
    by: audit.ActingRole,
    version: int,
    on: datetime.date,
    document: str = "",
    reason: str = "",
    file: UploadedFile | None = None,
    **asked: Any,
) -> Member:
    """The same for an act that a procedure with powers of its own has decided (党员发展). Raises as `carry_out` does,
    but asks for no power."""
    member = record_of(member, by=by, also_gone=act.slug == "restore")
    if member.version != version:
        raise Stale([["党籍", act.label, f"{member.get_status_display()}，{member.get_category_display()}"]])
    refuse_while_bound(act, member)
    profile = profile_of(member)
    _check(act, member, profile, by=by, on=on, reason=reason, **asked)
    before = share(member), _shown(member, profile)
    _apply(act, member, profile, on=on, by=by, **asked)
    kind = EXPEL_KINDS.label(asked["expel_kind"]) if "expel_kind" in asked else act.label
    since = first_open_day(member, on) if act.slug == "confirm" else on
    standings.follow(member, cause=kind[:20], kind=act.kind, on=since, document=document, reason=reason, by=by)
    totals.change(member.organization_id, **total([share(member), negative(before[0])]))
    _follow(act, member, by=by)
    changes = audit.differences(before[1], _shown(member, profile), _LABELS)
    if file is not None:
        scan = files.keep(member, file, by=by, standing=files.latest_standing(member))
        changes.append(["附件", "", scan.original_name])
    audit.record(
        by,
        f"members.{act.slug}",
        member,
        organization=member.organization_id,
        changes=changes if act.to_category else [*changes, [act.dated, "", f"{on:%Y-%m-%d}"]],
        reason=reason,
        document=document,
    )
    return member


def refuse_while_bound(act: Act, member: Member) -> None:
    """Refuse an act for whom it does not suit, while a transfer is open, or posts are held. Raises ValidationError."""
    if not act.suits(member):
        raise ValidationError(unsuited(act, member))
    if act.status or act.to_category:
        refuse_if_locked(member)
    if act.status not in (None, MembershipStatus.NORMAL) and (posts := roll.posts_of(member)):
        raise ValidationError(roll.has_posts(member, posts))


def _follow(act: Act, member: Member, *, by: audit.ActingRole) -> None:
    """Let roles, merges and doubts follow the act."""
    if act.status:
        follow_status(member, by=by)
    if act.slug == "restore":
        reopen(member)
    checking.follow(member)


def unsuited(act: Act, member: Member) -> str:
    """Return why an act cannot happen to a member as it stands."""
    stands = f"{member.get_category_display()}、党籍{member.get_status_display()}"
    return f"{member.name}现为{stands}，不能办理{act.label}"


_LABELS = {
    "category": "人员类别",
    "status": "党籍状态",
    "confirmed_on": "转正日期",
    "extended": "延长预备期（月）",
    "correction": "党龄校正（月）",
    "until": "改正期限至",
    "is_lost": "是否为失联党员",
    "is_floating": "是否为流动党员",
}


def _shown(member: Member, profile: MemberProfile) -> dict[str, Any]:
    return {
        "category": member.get_category_display(),
        "status": member.get_status_display(),
        "confirmed_on": member.confirmed_on,
        "extended": profile.probation_months,
        "correction": profile.seniority_correction or "",
        "until": profile.rectify_until,
        "is_lost": member.is_lost,
        "is_floating": member.is_floating,
    }


def _check(act: Act, member: Member, profile: MemberProfile, *, on: datetime.date, **asked: Any) -> None:
    if on > timezone.localdate():
        raise ValidationError({"on": f"{act.dated}不能晚于今天"})
    if member.joined_on and on < member.joined_on:
        raise ValidationError({"on": f"{act.dated}不能早于入党日期（{member.joined_on:%Y-%m-%d}）"})
    if act.reasoned and not asked.get("reason"):
        raise ValidationError({"reason": "请填写原因"})
    if check := _CHECKS.get(act.slug):
        check(member, profile, on=on, **asked)


def _check_confirm(member: Member, profile: MemberProfile, *, on: datetime.date, **_: Any) -> None:
    end = membership.end_of(member, profile)
    if end is None:
        raise ValidationError({"on": "请先补全入党日期，转正日期由预备期满之日确定"})
    if on < end and member.joined_on and member.joined_on >= CHARTER_OF_1982:
        raise ValidationError({"on": f"预备期到 {end:%Y-%m-%d} 届满，不能提前转正"})


def _check_extend(member: Member, profile: MemberProfile, *, months: int, **_: Any) -> None:
    if profile.probation_months:
        raise ValidationError(f"{member.name}的预备期已延长过一次，不能再次延长")
    if months not in EXTENSION:
        raise ValidationError({"months": "延长预备期应为 6 至 12 个月"})


def _check_rectify(
    member: Member, profile: MemberProfile, *, on: datetime.date, until: datetime.date, **_: Any
) -> None:
    latest = add_months(on, RECTIFYING)
    if not on < until <= latest:
        raise ValidationError({"until": f"改正期限应晚于决定日期，最长 1 年，最晚为 {latest:%Y-%m-%d}"})


def _check_expel(member: Member, profile: MemberProfile, *, on: datetime.date, expel_kind: str, **_: Any) -> None:
    if expel_kind != "51":
        return
    stopped = member.standings.filter(status=MembershipStatus.SUSPENDED, ends_on=None).first()
    if stopped is None or add_months(stopped.begins_on, STOPPED) > on:
        raise ValidationError({"expel_kind": "停止党籍满 2 年仍无法取得联系的，才能按自行脱党除名"})


def _check_return(member: Member, profile: MemberProfile, *, by: audit.ActingRole, **_: Any) -> None:
    refuse_unless_receiving(member.organization)
    roll.refuse_second_record(member, by=by)


_CHECKS: dict[str, Callable[..., None]] = {
    "confirm": _check_confirm,
    "extend": _check_extend,
    "rectify": _check_rectify,
    "expel": _check_expel,
    "resume": _check_return,
    "restore": _check_return,
}


def _apply(
    act: Act, member: Member, profile: MemberProfile, *, on: datetime.date, by: audit.ActingRole, **asked: Any
) -> None:
    if act.status:
        member.status = act.status
        matter_marks.follow_status(member, on=on, by=by)
    if act.to_category:
        member.category, member.confirmed_on = act.to_category, on
    if "months" in asked:
        profile.probation_months = asked["months"]
        profile.probation_until = pausing.put_off(member, profile, today=timezone.localdate())
    if "until" in asked:
        profile.rectify_until = asked["until"]
    if "correction" in asked:
        profile.seniority_correction = asked["correction"]
    if act.asks and "expel_kind" not in asked:
        profile.version += 1
        profile.save()
    member.rescore()
    member.version += 1
    fields = ["status", "category", "confirmed_on", *matter_marks.FIELDS, "filled", "required", "version"]
    member.save(update_fields=fields)
