"""Entrance, login and one's own account."""

from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("", views.entrance, name="entrance"),
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("role/", views.roles, name="roles"),
    path("role/switch/", views.switch_role, name="switch_role"),
    path("account/", views.account, name="account"),
]
