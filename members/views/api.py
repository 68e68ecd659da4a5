"""The data interface for other systems, version 1. Source: docs/api.md, decision 0049."""

from django.db import transaction
from django.http import JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.api_access import Refused, with_token
from accounts.models.api_tokens import Scope
from members.api_document import MOST, USUAL, document
from members.api_fields import CHANGE, KINDS, MEMBER, ORGANIZATION, told
from members.models import Member
from members.webhooks import PURPOSE
from orgs.models import Organization
from partyplatform import audit
from partyplatform.audit.models import Record
from partyplatform.signatures import public_keys

LARGEST = 2**63 - 1


@csrf_exempt
@require_safe
def openapi(request):
    """What the interface gives, for programs and their authors; it tells nothing of anybody."""
    prefix = reverse("api:document").rpartition("/")[0]
    return JsonResponse(document(prefix), json_dumps_params={"ensure_ascii": False, "indent": 1})


openapi.is_public = True


@csrf_exempt
@require_safe
def keys(request):
    """The public keys by which a system proves that it is this platform that tells it of changes."""
    found = public_keys(purpose=PURPOSE)
    return JsonResponse({"keys": [{"id": key_id, "pem": pem} for key_id, pem in found.items()]})


keys.is_public = True


@with_token(Scope.ORGANIZATIONS)
def organizations(request):
    rows = Organization.objects.visible_to(request.role).select_related("parent")
    return _page(request, rows, ORGANIZATION, key="pk")


@with_token(Scope.MEMBERS)
def members(request):
    rows = Member.objects.visible_to(request.role).select_related("organization")
    page = _page(request, rows, MEMBER, key="pk")
    with transaction.atomic():
        changes = [["人数", "", str(len(page["rows"]))]]
        audit.record(request.role, "members.read_by_api", request.role.token, changes=changes)
    return page


@with_token(Scope.CHANGES)
def changes(request):
    """By what the audit wrote down: its numbers follow the order in which acts were committed."""
    rows = Record.objects.under(request.role.organization_id).filter(object_type__in=KINDS, succeeded=True)
    return _page(request, rows, CHANGE, key="seq")


def _page(request, rows, fields, *, key):
    """One answer of a list in the order of `key`, and where the next one begins."""
    after = _number(request, "after", least=0, most=LARGEST, usual=0)
    limit = _number(request, "limit", least=1, most=MOST, usual=USUAL)
    found = list(rows.filter(**{f"{key}__gt": after}).order_by(key)[: limit + 1])
    is_more = len(found) > limit
    found = found[:limit]
    return {"rows": [told(fields, row) for row in found], "next": getattr(found[-1], key) if is_more else None}


def _number(request, name, *, least, most, usual):
    given = request.GET.getlist(name)
    if not given:
        return usual
    text = given[0]
    is_plain = len(given) == 1 and text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not is_plain or not least <= int(text) <= most:
        raise Refused(400, "bad_request", f"{name} 应为 {least} 至 {most} 的整数。")
    return int(text)
