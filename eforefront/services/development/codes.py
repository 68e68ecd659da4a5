"""串码: made by the branch, good once. Source: screens.md 3.5."""

import datetime
import secrets
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import ActivationCode, User
from accounts.powers import Power
from accounts.services import activations
from accounts.services.activations import ALPHABET, LENGTH, cleaned, written
from eforefront.models import ApplicantCode
from eforefront.models.development_ways import TRIES
from eforefront.services.development import accounts, applying, newcomers
from eforefront.services.development.newcomers import Newcomer
from orgs.models import Organization
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.crypto import blind_index, blind_indexes

DAYS = 7  # a 串码 is good for
_COLUMN = "eforefront.applicant code"
WRONG = "串码不正确、已使用、已作废或已过期，请与发放串码的党支部联系"
NOT_HERE = "用该身份证号不能激活，请与发放串码的党支部联系"


@transaction.atomic
def make(branch: Organization, *, by: audit.ActingRole, note: str = "") -> tuple[ApplicantCode, str]:
    """Make a 串码 of the own branch and return it with its text, which is shown now and kept nowhere."""
    branch = hold_in_reach(branch.pk, by=by)
    if not by.can(Power.KEEP_DEVELOPMENT) or branch.pk != by.organization_id:  # type: ignore[attr-defined]
        raise PermissionDenied("串码由党支部的管理员生成。")
    applying.refuse_undeveloping(branch)
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    made = ApplicantCode.objects.create(
        organization=branch,
        code_hash=blind_index(code, column=_COLUMN),
        note=note,
        made_by=signature(by),
        expires_at=timezone.now() + datetime.timedelta(days=DAYS),
    )
    audit.record(
        by, "eforefront.make_applicant_code", made, organization=branch.pk, changes=[["串码", "", made.number]]
    )
    return made, written(code)


@transaction.atomic
def withdraw(code: ApplicantCode, *, by: audit.ActingRole) -> None:
    """Make an unused 串码 void. Raises ValidationError for one that was used."""
    stored = ApplicantCode.objects.select_for_update(of=("self",)).get(pk=code.pk)
    if not by.can(Power.KEEP_DEVELOPMENT) or stored.organization_id != by.organization_id:  # type: ignore[attr-defined]
        raise PermissionDenied("串码由生成的党支部作废。")
    if stored.used_at is not None:
        raise ValidationError("该串码已激活，不能作废")
    if stored.withdrawn_at is None:
        stored.withdrawn_at = timezone.now()
        stored.save(update_fields=["withdrawn_at"])
        told = [["串码", stored.number, "作废"]]
        audit.record(
            by, "eforefront.withdraw_applicant_code", stored, organization=stored.organization_id, changes=told
        )


def activate(typed: str, given: Mapping[str, Any], *, address: str) -> ActivationCode:
    """Enter the person who has a 串码 and return the code with which the first password is set.

    A wrong code and a number that is known already cost a try of the network, and of the code. Raises ValidationError
    with one sentence for every number that cannot be entered, whatever the reason.
    """
    counter = newcomers.count_try(address)
    newcomers.refuse_bad_number(given)
    found = _live(typed)
    if found is None:
        raise ValidationError({"code": WRONG})
    ApplicantCode.objects.filter(pk=found.pk).update(tries=F("tries") + 1)  # stands, whatever becomes of the rest
    try:
        code = _enter(found, given)
    except ValidationError as refusal:
        raise _plain(refusal) from None
    counter.give_back()
    return code


def _live(typed: str) -> ApplicantCode | None:
    rows = ApplicantCode.objects.filter(code_hash__in=blind_indexes(cleaned(typed), column=_COLUMN))
    found = rows.select_related("organization").first()
    return found if found is not None and found.is_live else None


@transaction.atomic
def _enter(found: ApplicantCode, given: Mapping[str, Any]) -> ActivationCode:
    branch = Organization.objects.select_for_update(of=("self",), no_key=True).get(pk=found.organization_id)
    stored = ApplicantCode.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if stored.used_at is not None or stored.withdrawn_at is not None or stored.tries > TRIES:
        raise ValidationError({"code": WRONG})
    by = Newcomer(branch, given["name"])
    if User.objects.with_id_number(
        given["id_number"]
    ).exists():  # an account of earlier is its person's, not the code's
        raise ValidationError({"id_number": NOT_HERE})
    values = {name: given[name] for name in ("gender", "born_on", "post", "phone")}
    applicant = applying.enter(branch, by=by, name=given["name"], id_number=given["id_number"], values=values)
    user = accounts.account_of(applicant, by=by)
    stored.used_at, stored.applicant = timezone.now(), applicant
    stored.save(update_fields=["used_at", "applicant"])
    activations.put_code(user, by=audit.SYSTEM)
    audit.record(
        by,
        "eforefront.use_applicant_code",
        applicant,
        organization=branch.pk,
        changes=[["串码", stored.number, "已激活"]],
    )
    return ActivationCode.objects.select_related("user").get(user=user)


def _plain(refusal: ValidationError) -> ValidationError:
    """Let nobody learn from a refusal who is registered."""
    fields = dict(getattr(refusal, "error_dict", {}))
    if "id_number" not in fields:
        return refusal
    return ValidationError({**fields, "id_number": NOT_HERE})
