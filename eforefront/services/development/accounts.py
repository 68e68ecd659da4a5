"""The account of an applicant: made by the branch, closed with the development, handed to the role 党员 by itself.

Source: screens.md 3.5.
"""

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import HandOver, RoleGrant, User
from accounts.services import activations, handovers
from eforefront.models import Applicant
from eforefront.services.development.roles import let_in
from eforefront.services.development.stepping import refuse_ended, refuse_other_branch, tell
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.crypto import Undecipherable

BEGUN = "该人员的账号已启用，用本人身份证号和原密码登录；忘记密码时请重置密码"


@transaction.atomic
def open_account(applicant: Applicant, *, by: RoleGrant) -> HandOver | None:
    """Give an applicant of the own branch an account and return the slip with its code; None where an account of
    earlier has its password already.

    Raises ValidationError for whoever is on the roll, has ended, or has another role; PermissionDenied.
    """
    applicant = Applicant.objects.select_for_update(of=("self",), no_key=True).get(pk=applicant.pk)
    hold_in_reach(applicant.organization_id, by=by)
    refuse_ended(applicant)
    refuse_other_branch(applicant, by=by)
    if applicant.member_id is not None:
        raise ValidationError("已建立党员记录，请在党员信息中办理账号")
    user = account_of(applicant, by=by)
    if user.has_usable_password():
        return None
    return handovers.hand_over([(user, activations.issue(user, by=by))], by=by)


def account_of(applicant: Applicant, *, by: audit.ActingRole) -> User:
    """Return the account of an applicant the caller has locked, made without a password where there is none."""
    user = applicant.user
    if user is None:
        user = _found_or_made(applicant, by=by)
        applicant.user = user
        applicant.save(update_fields=["user"])
    let_in(applicant, user, by=by)
    tell(applicant, "open_applicant_account", by=by, changes=[["账号", "", "入党申请人"]])
    return user


def _found_or_made(applicant: Applicant, *, by: audit.ActingRole) -> User:
    try:
        number = applicant.unsealed_id_number()
    except Undecipherable:
        number = ""
    if not number:
        raise ValidationError(f"{applicant.name}的身份证号没有登记或无法解密，不能建立账号")
    user = User.objects.with_id_number(number).select_for_update().first()
    if user is None:
        user = User.objects.create(name=applicant.name, id_number=number)
        audit.record(by, "accounts.create", user, organization=applicant.organization_id)
    return user
