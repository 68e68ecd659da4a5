"""What other installations of the platform use."""

from django.urls import path

from transfers.views import taking

app_name = "exchange"

urlpatterns = [path("", taking.Take.as_view(), name="take")]
