"""Correcting a 公民身份证号: in the record, and in the account that is entered by it. Source: screens.md 2.11, 4.1."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import id_numbers
from accounts.models import RoleGrant, User
from accounts.services.notes import tell
from members import record_checks
from members.locks import refuse_if_locked
from members.models import Member
from members.services import checking
from members.services.locking import record_of
from members.services.members import taken_by_another
from members.services.records import CHANGED, KEPT
from members.shares import negative, share, total
from orgs import totals
from orgs.models import Organization
from partyplatform import audit


@transaction.atomic
def change_number(member: Member, number: str, *, by: audit.ActingRole) -> Member:
    """Give a member another 公民身份证号; the person logs in with it from now on.

    Raises ValidationError (field `value`) for what is no number, for one of somebody else enrolled or with an
    account, for one that contradicts the sex of the record, and while somebody locks the record.
    """
    member = record_of(member, by=by)
    _refuse_superior(member, by=by)
    refuse_if_locked(member)
    refuse_misfit(member, number)
    problem = taken_by_another(member, number, by=by)
    if not problem and _account_of_another(member, number):
        problem = "该身份证号已登记，请联系上级组织部门"
    if problem:
        raise ValidationError({"value": problem})
    before = share(member)
    had_one = bool(member.id_number_index)
    member.seal_id_number(number)
    member.version += 1
    member.rescore()
    member.save(update_fields=["id_number_sealed", "id_number_index", "id_number_end", "filled", "required", "version"])
    totals.change(member.organization_id, **total([share(member), negative(before)]))
    checking.follow(member)
    _follow_in_account(member, number)
    changes = [["证件号码", KEPT if had_one else "", CHANGED]]
    audit.record(by, "members.change_number", member, organization=member.organization_id, changes=changes)
    return member


def refuse_misfit(member: Member, number: str) -> None:
    """Raise ValidationError (field `value`) for what is no number, or contradicts the sex of the record."""
    today = timezone.localdate()
    problem = id_numbers.problem(number, today=today)
    if problem := problem or record_checks.faults(member, today=today, id_number=number).get("gender", ""):
        raise ValidationError({"value": problem})


def _refuse_superior(member: Member, *, by: audit.ActingRole) -> None:
    """Nobody changes what an administrator of the own level or above logs in with."""
    if member.user is None:
        return
    managed = Organization.objects.managed_by(by).order_by().values("pk")
    if RoleGrant.objects.of(member.user).open().administrators().exclude(organization__in=managed).exists():
        raise ValidationError({"value": f"{member.name}是同级或上级党组织的管理员，身份证号由其上级党组织更正"})


def _account_of_another(member: Member, number: str) -> bool:
    return User.objects.with_id_number(number).exclude(pk=member.user_id).exists()


def _follow_in_account(member: Member, number: str) -> None:
    if member.user_id is None:
        return
    user = User.objects.select_for_update().get(pk=member.user_id)
    user.seal_id_number(number)
    user.save(update_fields=["id_number_sealed", "id_number_index"])
    tell(user, "您的身份证号已由上级党组织更正，今后请用更正后的号码登录。")
