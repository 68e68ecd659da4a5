"""The addresses of 我的信息, which stand in 党员E先锋."""

from django.urls import path

from members.views import own

app_name = "own"

urlpatterns = [
    path("", own.OwnRecord.as_view(), name="record"),
    path("codes/<slug:table>/", own.codes, name="codes"),
    path("<slug:field>/propose/", own.Propose.as_view(), name="propose"),
    path("proposals/<int:pk>/withdraw/", own.withdraw, name="withdraw"),
]
