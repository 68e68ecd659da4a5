"""The account of a member: found by the 身份证号 of the record, made without a password where there is none."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.codes import RoleKind, System
from accounts.models import RoleGrant, User
from accounts.services.enrolling import accounts_of, create_accounts, give_member_roles
from accounts.services.grants import end_roles, grant_role
from members.codes import MembershipStatus
from members.models import Member
from partyplatform import audit
from partyplatform.crypto import Undecipherable


def held(member: Member) -> Member:
    """Return the member as stored, locked. The branch is not locked: whoever moves the member needs this lock too."""
    return Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)


@transaction.atomic
def account_of(member: Member, *, by: audit.ActingRole) -> User:
    """Return the account of an active member, with the role 党员 of the branch in 党员E先锋.

    A missing one is made without a usable password: nobody can log in until a code is issued. Raises ValidationError
    for a member without a readable 身份证号, and for a number whose account belongs to somebody else enrolled.
    """
    member = held(member)
    if member.status != MembershipStatus.NORMAL:
        raise ValidationError(f"{member.name}的党籍状态为{member.get_status_display()}，不能使用账号")
    user = member.user
    if user is None:
        member.user = user = _account(member, by=by)
        member.save(update_fields=["user"])
    give_member_role(member, user, by=by)
    return user


def give_member_role(member: Member, user: User, *, by: audit.ActingRole) -> None:
    """Let the role 党员 of an active member be that of the present branch, and only that."""
    User.objects.select_for_update().get(pk=user.pk)
    own = RoleGrant.objects.of(user).open().filter(kind=RoleKind.MEMBER)
    end_roles(own.exclude(organization=member.organization_id), by=by, reason="所在支部已变更")
    if not own.filter(organization=member.organization_id).exists():
        grant_role(user, organization=member.organization, kind=RoleKind.MEMBER, system=System.PORTAL, by=by)


def open_accounts(entering: Sequence[tuple[Member, str]], *, by: audit.ActingRole) -> list[audit.Act]:
    """Give many new members, not saved yet, their accounts with the role 党员; `entering` pairs each with the number.

    An account of earlier goes with the person, as in `account_of`. Returns what the audit is to say; raises
    ValidationError when the account of a number belongs to somebody enrolled.
    """
    known = accounts_of([number for _, number in entering])
    _leave_earlier_records(known.values())
    lacking = [(member, number) for member, number in entering if number not in known]
    made = create_accounts([(member.name, number) for member, number in lacking])
    created = [
        audit.Act(by, "accounts.create", user, organization=member.organization_id)
        for (member, _), user in zip(lacking, made, strict=True)
    ]
    known |= {number: user for (_, number), user in zip(lacking, made, strict=True)}
    for member, number in entering:
        member.user = known[number]
    granted = give_member_roles([(known[number], member.organization) for member, number in entering], by=by)
    return [*created, *granted]


def _leave_earlier_records(users: Iterable[User]) -> None:
    earlier = Member.objects.filter(user__in=list(users))
    if present := earlier.enrolled().first():
        raise ValidationError(f"{present.name}的账号与表中另一人的身份证号相同，请先核对身份证号")
    earlier.update(user=None)


def _account(member: Member, *, by: audit.ActingRole) -> User:
    number = _number(member)
    user = User.objects.with_id_number(number).select_for_update().first()
    if user is not None:
        _leave_earlier_record(user, member)
        return user
    user = User.objects.create(name=member.name, id_number=number)
    audit.record(by, "accounts.create", user, organization=member.organization_id)
    return user


def _number(member: Member) -> str:
    try:
        number = member.unsealed_id_number()
    except Undecipherable:
        raise ValidationError(f"{member.name}的身份证号无法解密，不能建立账号") from None
    if not number:
        raise ValidationError(f"{member.name}没有登记身份证号，不能建立账号")
    return number


def _leave_earlier_record(user: User, member: Member) -> None:
    """Somebody who left and came back has a new record; the account goes with the person."""
    earlier = Member.objects.filter(user=user).exclude(pk=member.pk).first()
    if earlier is None:
        return
    if earlier.is_enrolled:
        raise ValidationError(f"{member.name}的身份证号与另一名党员的账号相同，请先核对身份证号")
    earlier.user = None
    earlier.save(update_fields=["user"])
