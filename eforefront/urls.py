from django.urls import path

from eforefront import views

app_name = "eforefront"

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("members/", views.Members.as_view(), name="members"),
]
