"""Pages of the house itself: help, text size, keeping a session alive, the style guide."""

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from .context import TEXT_SIZES
from .samples import sample_page
from .targets import own_target


def faq(request):
    return render(request, "help/faq.html")


def accessibility(request):
    return render(request, "help/accessibility.html")


def manual(request):
    return render(request, "help/manual.html")


@require_POST
def text_size(request):
    """Keep the text size with the person's account, or in the session of somebody without one, and go back."""
    size, target = request.POST.get("size"), request.POST.get("next", "")
    if size in TEXT_SIZES and request.user.is_authenticated:
        request.user.text_size = size
        request.user.save(update_fields=["text_size"])
    elif size in TEXT_SIZES:
        request.session["text_size"] = size
    return HttpResponseRedirect(own_target(request, target))


@require_POST
def stay(request):
    """Answer 继续: an ordinary request, so the session goes on, for as long as `Idle-Seconds` says.

    A browser without script is led home.
    """
    if not request.user.is_authenticated:
        return redirect_to_login("/")
    is_page_visit = "text/html" in request.headers.get("Accept", "")
    if is_page_visit:
        return HttpResponseRedirect("/")
    return HttpResponse(status=204, headers={"Idle-Seconds": str(getattr(request, "idle_seconds", None) or 0)})


def style_guide(request):
    """Show every component with the code that writes it; for developers, so only in debug and demo."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "ui/style_guide.html", sample_page(request))
