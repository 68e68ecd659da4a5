"""Tokens of other systems: issued by the administrator of a committee, ended by a date or by hand.

A token is 256 random bits, so that a plain digest of it can neither be guessed nor turned back (decision 0049).
"""

import datetime
import hashlib
import re
import secrets
from collections.abc import Collection

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import ApiToken, Webhook
from accounts.models.api_tokens import Scope
from orgs.models import Organization
from partyplatform import audit
from partyplatform.audit.heads import last_seq

PREFIX = "pp1-"  # by which scanners of program text know a token
LONGEST_DAYS = 366
_ADDRESS = re.compile(r"https://([a-z0-9.-]+)(?::(\d{1,5}))?(?:/[\w.~/-]*)?", re.ASCII)


@transaction.atomic
def issue(
    organization: Organization,
    *,
    name: str,
    scopes: Collection[str],
    ends_on: datetime.date,
    by: audit.ActingRole,
    webhook: str = "",
) -> tuple[ApiToken, str]:
    """Issue a token that reaches an organisation and all below; return its row and the token, never seen again.

    `webhook` is the address that is told of changes, "" for none. Raises ValidationError for an end in the past or more
    than a year away, for an unknown scope, and for an address the operator has not opened.
    """
    today = timezone.localdate()
    if not today <= ends_on <= today + datetime.timedelta(days=LONGEST_DAYS):
        raise ValidationError({"ends_on": "有效期至少到今天，最长一年"})
    if not scopes or not set(scopes) <= set(Scope.values):
        raise ValidationError({"scopes": "请选择开放范围"})
    if webhook and (fault := webhook_fault(webhook, scopes)):
        raise ValidationError({"webhook": fault})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        organization=organization,
        name=name,
        digest=digest_of(secret),
        scopes=sorted(scopes),
        ends_on=ends_on,
        issued_by_name=by.user_name,
    )
    changes = [["开放范围", "", token.scopes_text], ["有效期至", "", f"{ends_on:%Y-%m-%d}"]]
    if webhook:
        Webhook.objects.create(token=token, address=webhook, told_seq=last_seq())
        changes.append(["变动推送地址", "", webhook])
    audit.record(by, "accounts.issue_api_token", token, organization=organization, changes=changes)
    return token, secret


@transaction.atomic
def revoke(token: ApiToken, *, by: audit.ActingRole, reason: str) -> None:
    """End a token; it counts from the very next request. Doing it twice changes nothing."""
    held = ApiToken.objects.select_for_update().get(pk=token.pk)
    if held.revoked_at is not None:
        return
    held.revoked_at, held.reason = timezone.now(), reason
    held.save(update_fields=["revoked_at", "reason"])
    audit.record(by, "accounts.revoke_api_token", held, organization=held.organization_id, reason=reason)


def webhook_fault(address: str, scopes: Collection[str]) -> str:
    """Return what is wrong with an address that is to be told of changes, "" when nothing is.

    Only hosts the operator has listed are called (WEBHOOK_HOSTS): a page may not send the server anywhere.
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found[2] or 443) < 65536:
        return "推送地址应为 https://主机名/路径"
    if found[1] not in settings.WEBHOOK_HOSTS:
        return "运维人员尚未开放向该主机推送（WEBHOOK_HOSTS）"
    return "" if Scope.CHANGES in scopes else "推送变动须同时开放“变动”"


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
