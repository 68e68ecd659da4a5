"""What is open to everybody: whoever receives a 介绍信 is no user of the platform."""

from django.urls import path

from transfers.views import verifying

app_name = "letters"

urlpatterns = [path("verify/", verifying.Verify.as_view(), name="verify")]
