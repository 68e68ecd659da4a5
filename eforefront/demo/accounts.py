"""Accounts that are ready to log in, and the list of them. Passwords are new in every installation."""

import json
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction

from accounts import passwords
from accounts.codes import RoleKind
from accounts.models import User
from accounts.passwords import INITIAL
from accounts.services import activations
from accounts.services.grants import grant_role
from eforefront.demo.cast import Actor
from members.models import Member
from partyplatform import audit

READY, FIRST_LOGIN = "ready", "first-login"
_CONSONANTS, _VOWELS = "bdfghjklmnprstwz", "aeiou"


def open_account(actor: Actor) -> dict[str, str]:
    """Make the account with all its roles, ready to log in; return its line of the list."""
    number = _number(actor)
    password = readable_password(actor, number)
    _make(actor, number, password)
    return _line(actor, number, password, READY)


def announce(actor: Actor) -> dict[str, str]:
    """Make an account nobody has used; return its line, with what opens it for 72 hours in place of a password.

    That is the manual's initial password where the mode for it is on, elsewhere a one-time code.
    """
    number = _number(actor)
    user = _make(actor, number, None)
    code = INITIAL if settings.INITIAL_PASSWORD_AS_IN_MANUAL else activations.issue(user, by=audit.SYSTEM)
    return _line(actor, number, code, FIRST_LOGIN)


def _number(actor: Actor) -> str:
    """The number of the member's record, under which the account is made."""
    return Member.objects.get(pk=actor.member).unsealed_id_number()


def _make(actor: Actor, number: str, password: str | None) -> User:
    with transaction.atomic():
        user = User.objects.create(name=actor.name, id_number=number, password=password)
        for organization, kind, system in actor.roles:
            duty = "" if kind in (RoleKind.MEMBER, RoleKind.AUDITOR) else "党务工作联系人"
            grant_role(user, organization=organization, kind=kind, system=system, duty=duty, by=audit.SYSTEM)
        audit.record(audit.SYSTEM, "accounts.create", user, organization=actor.branch.pk)
    return user


def _line(actor: Actor, number: str, password: str, state: str) -> dict[str, str]:
    line = {"role": actor.title, "organization": actor.organization.short_name, "login": number}
    return line | {"password": password, "state": state}


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
