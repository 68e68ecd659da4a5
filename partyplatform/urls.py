"""The addresses of the platform; each app keeps its own list."""

from django.urls import include, path

handler400 = "partyplatform.ui.errors.bad_request"
handler403 = "partyplatform.ui.errors.forbidden"
handler404 = "partyplatform.ui.errors.not_found"
handler500 = "partyplatform.ui.errors.server_error"

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("partyplatform.ui.urls")),
    path("info/", include("orgs.urls")),
    path("info/", include("members.urls")),
    path("info/", include("partyplatform.audit.urls")),
    path("info/query/", include("eforefront.query_urls")),
    path("info/statistics/", include("eforefront.statistics_urls")),
    path("portal/record/", include("members.own_urls")),
    path("portal/", include("eforefront.urls")),
    path("portal/", include("transfers.urls")),
    path("letters/", include("transfers.public_urls")),
    path("api/", include("members.api_urls")),
    path("exchange/", include("transfers.exchange_urls")),
    path("jobs/", include("partyplatform.jobs.urls")),
]
