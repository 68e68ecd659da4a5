"""Where other installations deliver: one address, one method, one type. Source: docs/exchange.md."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from accounts.throttle import Counter, network
from partyplatform import audit
from partyplatform.audit.middleware import address_of
from partyplatform.crypto import blind_index
from transfers.codes import Way
from transfers.exchange import envelope, identity
from transfers.services import receiving


@method_decorator(csrf_exempt, name="dispatch")
class Take(View):
    """No browser sends here: forms and whoever is logged in are turned away, so no token is needed. What comes proves
    itself by its signature; refused messages are counted per network."""

    is_public = True
    max_body = None  # no more is read than a message may have; whatever is longer is refused, and that noted
    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        if request.content_type != "application/json" or request.user.is_authenticated:
            raise PermissionDenied("该地址只供其他平台使用。")
        if not identity.own_id():
            raise Http404
        counter = Counter(
            blind_index(network(address_of(request)), column="exchange network"), settings.LOGIN_TRIES_PER_NETWORK
        )
        if counter.count().is_locked:
            return JsonResponse({"status": "busy"}, status=429)
        try:
            received = receiving.receive(request.read(envelope.LARGEST + 1), way=Way.HTTPS, by=audit.SYSTEM)
        except envelope.Refused as refused:
            answer = {"status": "refused", "code": refused.code, "reason": refused.reason}
            return JsonResponse(answer, status=422)
        counter.give_back()
        return JsonResponse({"status": "taken", "message": str(received.message.uid)})
