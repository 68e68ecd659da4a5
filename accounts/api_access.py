"""Who asks through the data interface: a token in the header of each request, and nothing else.

A caller reads as an administrator of the token's organisation would: `visible_to(caller)` is the same reach.
"""

import functools
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.models import ApiToken
from accounts.services.api_tokens import digest_of
from accounts.throttle import Counter, network
from orgs.models import Organization
from partyplatform.audit.middleware import address_of
from partyplatform.crypto import blind_index

SCHEME = "Bearer "
LONGEST = 200  # characters of a header that is looked at


@dataclass(frozen=True)
class Caller:
    """The system that asks, as an acting role."""

    token: ApiToken

    @property
    def organization(self) -> Organization:
        return self.token.organization

    @property
    def organization_id(self) -> int:
        return self.token.organization_id

    @property
    def organization_name(self) -> str:
        return self.token.organization.short_name

    @property
    def user_uid(self) -> object:
        return self.token.uid

    @property
    def user_name(self) -> str:
        return self.token.name

    label = "数据接口"

    def can(self, power: object) -> bool:
        """Say no: a system reads what its scopes open, it does nothing."""
        return False


class Refused(Exception):
    """An answer other than data: status, code for programs, sentence for people."""

    def __init__(self, status: int, code: str, text: str, **headers: str):
        super().__init__(text)
        self.status, self.code, self.headers = status, code, headers


UNKNOWN = 401, "unauthorized", "凭证缺失、无效、已过期或已停用。"
SCOPE = 403, "forbidden", "该凭证没有开放此项数据。"
TOO_MANY = 429, "too_many_requests", "请求过于频繁，请稍后再试。"


def with_token(scope):
    """Decorate a view of the interface: it gets the caller in `request.role` and returns what becomes JSON.

    Requests are counted per token, unknown tokens per network, both before anything is read.
    """

    def decorate(view):
        @csrf_exempt  # nothing is changed here, and other methods are 405 rather than a lecture on tokens of forms
        @require_safe
        @functools.wraps(view)
        def wrapper(request):
            try:
                request.role = _admitted(request, scope)
                return JsonResponse(view(request), json_dumps_params={"ensure_ascii": False})
            except Refused as refused:
                return refusal(refused)

        wrapper.is_public = True  # nobody logs in: each request proves itself
        return wrapper

    return decorate


def refusal(refused: Refused) -> HttpResponse:
    body = {"error": refused.code, "message": str(refused)}
    answer = JsonResponse(body, status=refused.status, json_dumps_params={"ensure_ascii": False})
    for name, value in refused.headers.items():
        answer.headers[name.replace("_", "-")] = value
    return answer


def _admitted(request: HttpRequest, scope: str) -> Caller:
    given = request.headers.get("Authorization", "")[:LONGEST]
    if not given.startswith(SCHEME):  # no guess, so nothing is counted
        raise Refused(*UNKNOWN, WWW_Authenticate="Bearer")
    rows = ApiToken.objects.select_related("organization")
    token = rows.filter(digest=digest_of(given.removeprefix(SCHEME).strip())).first()
    if token is None or not token.is_good:
        _count(Counter(_key("network", network(address_of(request))), settings.API_WRONG_TOKENS))
        raise Refused(*UNKNOWN, WWW_Authenticate="Bearer")
    _count(Counter(_key("token", str(token.pk)), settings.API_REQUESTS))
    if scope not in token.scopes:
        raise Refused(*SCOPE)
    return Caller(token)


def _key(kind: str, value: str) -> str:
    return blind_index(value, column=f"api {kind}")


def _count(counter: Counter) -> None:
    if counter.count().is_locked:
        raise Refused(*TOO_MANY, Retry_After=str(settings.LOGIN_WINDOW_MINUTES * 60))
