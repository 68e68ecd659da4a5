"""Entrance, login and one's own account."""

from django.urls import path

from accounts.views import account, entrance, proofs, roles, sessions

app_name = "accounts"
urlpatterns = [
    path("", entrance.entrance, name="entrance"),
    path("login/", sessions.login, name="login"),
    path("logout/", sessions.logout, name="logout"),
    path("role/", roles.roles, name="roles"),
    path("role/switch/", roles.switch_role, name="switch_role"),
    path("prove/", proofs.Prove.as_view(), name="prove"),
    path("account/", account.account, name="account"),
]
