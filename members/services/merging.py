"""合并重复党员: one of two records of the same person stays, the other goes into 历史党员. Source: issue 4."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import RoleGrant
from accounts.powers import Power
from accounts.services.grants import end_roles
from members.codes import MembershipStatus
from members.items import BY_FIELD, Kind
from members.locks import refuse_if_locked
from members.models import Member, Twin
from members.models.checks import TwinState
from members.services import checking, matter_marks, records, standings, taking_along
from members.services import members as roll
from members.services.accounts import give_member_role
from members.services.endings import follow_status
from members.services.locking import locked
from members.shares import negative, share, total
from members.signals import members_merging
from orgs import totals
from orgs.services.parents import signature
from partyplatform import audit
from partyplatform.crypto import Undecipherable
from partyplatform.ui.stale import OutOfReach, Stale

WRONGLY_ENTERED = "9"  # 误录删除, of member_remove_kind: no decrease for the statistics
CAUSE = "重复记录合并"
CHOSEN = tuple(item for item in BY_FIELD.values() if item.field not in ("category", "status"))


@transaction.atomic
def merge(
    twin: Twin,
    *,
    keep: Member,
    taken_over: tuple[str, ...],
    reason: str,
    seen: Mapping[int, str],
    by: audit.ActingRole,
) -> Member:
    """Let `keep` be the record of the person, with the items `taken_over` (fields) as the other record has them.

    The other keeps all it says, loses its roles and becomes history; lines of the other sections are copied, 附件 go
    over to the record that stays, the photograph too when it is taken over. What apps above keep goes along by signal.
    `seen` are the marks of both records as the page showed them (`taking_along.marks`). Raises PermissionDenied,
    `OutOfReach`, `Stale`, and ValidationError while posts, roles or a lock stand in the way.
    """
    twin, keep, gone = _held(twin, keep, seen, by=by)
    if not reason:
        raise ValidationError({"reason": "请填写合并的依据"})
    _refuse(keep, gone)
    before = share(keep), share(gone), records.snapshot(keep)
    items = [field for field in taken_over if field in BY_FIELD]
    taken = {field: _value(gone, field) for field in items if field != "id_number"}
    members_merging.send(sender=Member, keep=keep, gone=gone, by=by)
    _retire(gone, reason=reason, by=by)
    if "id_number" in taken_over:
        _take_number(keep, gone, by=by)
    records.put(keep, taken)
    records.check(keep)
    records.store(keep, by=by)
    totals.change(gone.organization_id, **negative(before[1]))
    totals.change(keep.organization_id, **total([share(keep), negative(before[0])]))
    changes = records.differences(before[2], records.snapshot(keep), dict.fromkeys(items))
    changes += [["证件号码", records.KEPT, records.CHANGED]] if "id_number" in items else []
    changes += _bring_along(gone, keep, taken_over)
    checking.follow(keep)
    _settle(twin, TwinState.MERGED, by=by, why=reason, gone=gone)
    _record_both(keep, gone, changes, reason=reason, by=by)
    return keep


@transaction.atomic
def tell_apart(twin: Twin, *, reason: str, by: audit.ActingRole) -> Twin:
    """Say that two records are of two people; the pair leaves the list."""
    _require(by)
    twin = Twin.objects.select_for_update(of=("self",)).get(pk=twin.pk)
    if not Twin.objects.visible_to(by).filter(pk=twin.pk).exists():
        raise OutOfReach
    _refuse_settled(twin)
    if not reason:
        raise ValidationError({"reason": "请填写理由"})
    _settle(twin, TwinState.DISTINCT, by=by, why=reason)
    changes = [[f"与{twin.second.organization.short_name}的同名党员", "待核对", "不是同一人"]]
    audit.record(
        by, "members.tell_apart", twin.first, organization=twin.first.organization_id, changes=changes, reason=reason
    )
    return twin


def reasons_against(keep: Member, gone: Member) -> list[str]:
    """Return what has to be done before `gone` can be merged into `keep`."""
    found = [roll.has_posts(gone, posts)] if (posts := roll.posts_of(gone)) else []
    if gone.user_id and RoleGrant.objects.of(gone.user).open().administrators().exists():
        found.append(f"{gone.name}（{gone.organization.short_name}）是管理员，请先解除管理员权限")
    for member in (keep, gone):
        try:
            refuse_if_locked(member)
        except ValidationError as refusal:
            found += refusal.messages
    return found


def reopen(member: Member) -> None:
    """A merged record was restored: the pair is to be looked at again. In the caller's transaction."""
    Twin.objects.filter(state=TwinState.MERGED, gone=member).update(state=TwinState.OPEN, gone=None)


def _require(by: audit.ActingRole) -> None:
    if not by.can(Power.MERGE_MEMBERS):  # type: ignore[attr-defined]
        raise PermissionDenied


def _held(twin: Twin, keep: Member, seen: Mapping[int, str], *, by: audit.ActingRole) -> tuple[Twin, Member, Member]:
    """Lock the pair: organisations by id, then both members by id, then the pair."""
    _require(by)
    ids = [twin.first_id, twin.second_id]
    places = dict(Member.objects.filter(pk__in=ids).values_list("pk", "organization"))
    locked(places.values())
    rows = Member.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",), no_key=True)
    members = {member.pk: member for member in rows.select_related("organization", "user")}
    if Member.objects.visible_to(by).filter(pk__in=ids).count() != 2:
        raise OutOfReach
    twin = Twin.objects.select_for_update(of=("self",)).get(pk=twin.pk)
    _refuse_settled(twin)
    now = taking_along.marks(members.values())
    if any(now[pk] != seen.get(pk) or not members[pk].is_enrolled for pk in ids):
        raise Stale([("党员信息", "打开页面时的内容", "之后已被修改的内容")])
    return twin, members[keep.pk], members[next(pk for pk in ids if pk != keep.pk)]


def _refuse_settled(twin: Twin) -> None:
    if twin.state != TwinState.OPEN:
        changed = [("状态", TwinState.OPEN.label, twin.get_state_display())]
        raise Stale(changed, who=twin.decided_by, when=twin.decided_at)


def _refuse(keep: Member, gone: Member) -> None:
    if reasons := reasons_against(keep, gone):
        raise ValidationError(reasons)


def _retire(gone: Member, *, reason: str, by: audit.ActingRole) -> None:
    gone.status = MembershipStatus.OTHER
    gone.version += 1
    matter_marks.follow_status(gone, on=timezone.localdate(), by=by)
    gone.rescore()
    gone.save(update_fields=["status", *matter_marks.FIELDS, "filled", "required", "version"])
    standings.follow(gone, cause=CAUSE, kind=WRONGLY_ENTERED, reason=reason, by=by)
    follow_status(gone, by=by)
    checking.follow(gone)


def _take_number(keep: Member, gone: Member, *, by: audit.ActingRole) -> None:
    """The number of the other record, and the account that is entered by it."""
    number, mine, theirs = gone.unsealed_id_number(), keep.user, gone.user
    if not number:
        raise ValidationError("被合并的记录没有身份证号")
    if mine is not None and RoleGrant.objects.of(mine).open().administrators().exists():
        raise ValidationError(f"{keep.name}的账号是管理员，请先解除管理员权限，或保留现有身份证号")
    keep.seal_id_number(number)
    if theirs is not None:
        gone.user = None
        gone.save(update_fields=["user"])
        keep.user = theirs
    elif mine is not None:
        mine.seal_id_number(number)
        mine.save(update_fields=["id_number_sealed", "id_number_index"])
    keep.save(update_fields=["id_number_sealed", "id_number_index", "id_number_end", "user"])
    if theirs is not None:
        if mine is not None:
            end_roles(RoleGrant.objects.of(mine), by=by, reason=CAUSE)
        give_member_role(keep, theirs, by=by)


def _value(member: Member, field: str) -> Any:
    if BY_FIELD[field].kind is Kind.SEALED:
        try:
            return records.SEALED[field].text(member)
        except Undecipherable:
            raise ValidationError(f"{BY_FIELD[field].label}无法解密，不能采用，请改选另一条") from None
    return getattr(member, field)


def _bring_along(gone: Member, keep: Member, taken_over: tuple[str, ...]) -> list[list[str]]:
    changes = taking_along.take_items(gone, keep, taken_over)
    changes += taking_along.take_photo(gone, keep) if taking_along.PHOTO in taken_over else []
    lines, copied = taking_along.copy_lines(gone, keep)
    files = taking_along.move_files(gone, keep, lines)
    changes += [["并入的其他栏目记录", "", f"{copied} 条"]] if copied else []
    return [*changes, *([["并入的附件", "", f"{files} 个"]] if files else [])]


def _settle(twin: Twin, state: str, *, by: audit.ActingRole, why: str, gone: Member | None = None) -> None:
    twin.state, twin.why, twin.gone = state, why, gone
    twin.decided_by, twin.decided_at = signature(by), timezone.now()
    twin.save()


def _record_both(
    keep: Member,
    gone: Member,
    changes: list[list[str]],
    *,
    reason: str,
    by: audit.ActingRole,
) -> None:
    other = [["并入", "", f"{gone.organization.short_name}的记录 {gone.uid}"]]
    into = [
        ["党籍状态", "", gone.get_status_display()],
        ["并入到", "", f"{keep.organization.short_name} {keep.uid}"],
    ]
    audit.record(by, "members.merged", gone, organization=gone.organization_id, changes=into, reason=reason)
    audit.record(
        by, "members.merge", keep, organization=keep.organization_id, changes=[*other, *changes], reason=reason
    )
