"""Addresses for the tests of the ground: its own, and names of the apps above that its layouts lead to."""

from django.http import HttpResponse
from django.urls import include, path


def blank(request, pk=0):
    return HttpResponse("")


accounts = (
    [
        path("login/", blank, name="login"),
        path("logout/", blank, name="logout"),
        path("role/switch/", blank, name="switch_role"),
        path("prove/", blank, name="prove"),
        path("account/", blank, name="account"),
    ],
    "accounts",
)
urlpatterns = [
    path("", include(accounts)),
    path("", include("partyplatform.ui.urls")),
    path("info/", blank, name="info_home"),
    path("info/orgs/", blank, name="org_list"),
    path("info/orgs/<int:pk>/", blank, name="org_detail"),
    path("info/grants/", blank, name="grants"),
]
handler400 = "partyplatform.ui.errors.bad_request"
handler403 = "partyplatform.ui.errors.forbidden"
handler404 = "partyplatform.ui.errors.not_found"
handler500 = "partyplatform.ui.errors.server_error"
