"""Accounts that are ready to log in, and the list of them. Passwords are new in every installation."""

import json
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import passwords
from accounts.codes import MANAGING, RoleKind, System
from accounts.models import RoleGrant, User
from accounts.passwords import INITIAL
from accounts.services import activations
from accounts.services.defaults import make_default
from accounts.services.grants import grant_role
from eforefront.demo.cast import Actor
from eforefront.models import Applicant
from eforefront.services.development.accounts import account_of as account_of_applicant
from members.candidates import leads_by_duty
from members.models import Member
from members.services.accounts import account_of
from orgs.models import Organization
from partyplatform import audit

READY, FIRST_LOGIN = "ready", "first-login"
_CONSONANTS, _VOWELS = "bdfghjklmnprstwz", "aeiou"


def open_account(actor: Actor) -> dict[str, str]:
    """Make the account with all its roles, ready to log in; return its line of the list."""
    number = _number(actor)
    password = readable_password(actor, number)
    _make(actor, password)
    return _line(actor, number, password, READY)


def let_apply(applicant: Applicant, *, branch: Organization, number: str, by: RoleGrant) -> dict[str, str]:
    """Make the account of an applicant, ready to log in; return its line of the list."""
    actor = Actor("入党申请人", 0, applicant.name, branch)
    password = readable_password(actor, number)
    with transaction.atomic():
        _set_password(account_of_applicant(applicant, by=by), password)
    return _line(actor, number, password, READY)


def announce(actor: Actor) -> dict[str, str]:
    """Make an account nobody has used; return its line, with what opens it for 72 hours in place of a password.

    That is the manual's initial password where the mode for it is on, elsewhere a one-time code.
    """
    number = _number(actor)
    user = _make(actor, None)
    code = INITIAL if settings.INITIAL_PASSWORD_AS_IN_MANUAL else activations.issue(user, by=audit.SYSTEM)
    return _line(actor, number, code, FIRST_LOGIN)


def _number(actor: Actor) -> str:
    """The number of the member's record, under which the account is made."""
    return Member.objects.get(pk=actor.member).unsealed_id_number()


def _make(actor: Actor, password: str | None) -> User:
    with transaction.atomic():
        user = account_of(Member.objects.get(pk=actor.member), by=audit.SYSTEM)
        if password is not None:
            _set_password(user, password)
        for organization, kind, system in actor.roles:
            _grant(user, organization, kind, system, is_default=organization == actor.organization)
    return user


def _set_password(user: User, password: str) -> None:
    user.set_password(password)
    user.password_set_at = timezone.now()
    user.save(update_fields=["password", "password_set_at"])


def _line(actor: Actor, number: str, password: str, state: str) -> dict[str, str]:
    line = {"role": actor.title, "organization": actor.organization.short_name, "login": number}
    return line | {"password": password, "state": state}


def _grant(user: User, organization: Organization, kind: RoleKind, system: System, *, is_default: bool) -> None:
    """Make somebody 党务工作联系人 who is not administrator by duty already; begin with the role named first."""
    present = RoleGrant.objects.of(user).open().in_systems(system).filter(organization=organization)
    grant = present.filter(kind=kind).first()
    if grant is None:
        duty = "党务工作联系人" if kind in MANAGING and leads_by_duty(organization) else ""
        given = {"organization": organization, "kind": kind, "system": system, "duty": duty}
        grant = grant_role(user, **given, by=audit.SYSTEM)
    if is_default:
        make_default(grant)


def readable_password(actor: Actor, number: str) -> str:
    """Return a password that can be read aloud: kolu-temi-safo-bine (50 bits)."""
    while True:
        password = "-".join("".join(_syllable() for _ in range(2)) for _ in range(4))
        names = [actor.organization.short_name, actor.organization.full_name]
        if not passwords.problems(password, name=actor.name, id_number=number, organizations=names):
            return password


def write_list(path: Path, lines: list[dict[str, str]]) -> None:
    """Write the list of accounts, readable by nobody else."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(lines, file, ensure_ascii=False, indent=2)
        file.write("\n")


def _syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)
