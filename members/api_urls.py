"""The data interface; the number is that of its version."""

from django.urls import path

from members.views import api

app_name = "api"

urlpatterns = [
    path("v1/openapi.json", api.openapi, name="document"),
    path("v1/keys", api.keys, name="keys"),
    path("v1/organizations", api.organizations, name="organizations"),
    path("v1/members", api.members, name="members"),
    path("v1/changes", api.changes, name="changes"),
]
