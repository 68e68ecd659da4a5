"""The addresses of accounts and ui, and some pages to probe what stands before every page."""

from django.http import HttpResponse, JsonResponse
from django.urls import include, path
from django.views.generic import View

from partyplatform.ui.proof import proved
from partyplatform.ui.views import Scoped, needs

handler400 = "partyplatform.ui.errors.bad_request"
handler403 = "partyplatform.ui.errors.forbidden"
handler404 = "partyplatform.ui.errors.not_found"
handler500 = "partyplatform.ui.errors.server_error"


def whoami(request):
    return JsonResponse({"role": request.role.pk, "system": request.system, "left": request.idle_seconds})


def poll(request):
    return HttpResponse("ok")


poll.keeps_session_alive = False


class Dangerous(Scoped, View):
    """A page with a form for a dangerous act."""

    needs = None
    proof = True

    def get(self, request):
        return HttpResponse("fresh form")

    def post(self, request):
        return HttpResponse("done")


@needs(None)
@proved
def end_something(request):
    return HttpResponse("done")


urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("partyplatform.ui.urls")),
    path("info/", whoami, name="info"),
    path("info/branches/", whoami),
    path("portal/", whoami, name="portal"),
    path("jobs/", whoami),
    path("poll/", poll),
    path("info/dangerous/", Dangerous.as_view()),
    path("info/dangerous/end/", end_something),
]
