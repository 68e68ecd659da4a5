"""Slips with fresh codes: on the screen, on paper, as one PDF."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts.models import HandOver
from accounts.services import handovers
from partyplatform import uploads
from partyplatform.pdf import PdfUnavailable, pdf_from
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.targets import own_target

_STYLE = "css/slips.css"


@require_safe
@sensitive_variables()
def handover(request, uid):
    """The slips one has just issued; after their time, that they are gone."""
    return render(request, "accounts/handover.html", _page(request, _own(request, uid)))


@require_safe
@sensitive_variables()
def handover_pdf(request, uid):
    """All slips as one PDF; the page again, with the reason, where none can be made."""
    own = _own(request, uid)
    page = _page(request, own)
    if not page["slips"]:
        return HttpResponseRedirect(resolve_url("accounts:handover", uid))
    try:
        document = pdf_from(render_to_string("accounts/slips_document.html", page), style=_STYLE)
    except PdfUnavailable:
        return render(request, "accounts/handover.html", page | {"has_no_pdf": True}, status=503)
    return uploads.stream_response([document], f"启用码领取单{own.created_at:%Y%m%d}.pdf")


@require_POST
@once_only
def wipe_handover(request, uid):
    own = _own(request, uid)
    handovers.wipe(own)
    messages.success(request, "启用码已从屏幕和服务器上清除")
    query = {"next": back} if (back := _back(request.POST, request)) else None
    return HttpResponseRedirect(reverse("accounts:handover", args=[uid], query=query))


def _own(request, uid):
    return get_object_or_404(HandOver.objects.of_session(request.user), uid=uid)


def _back(sent, request):
    """Where the work goes on once the slips are printed; empty when whoever led here did not say."""
    return own_target(request, sent.get("next", ""), default="")


def _page(request, own):
    return {
        "handover": own,
        "back": _back(request.GET, request),
        "hours": settings.ACTIVATION_HOURS,
        "platform_name": settings.PLATFORM_NAME,
        "slips": handovers.slips_of(own),
        "address": f"{request.scheme}://{request.get_host()}{resolve_url('accounts:login')}",
    }
