from django.urls import path

from members.views import listing

app_name = "members"

urlpatterns = [
    path("orgs/<int:pk>/members/", listing.MemberList.as_view(), name="list"),
    path("orgs/<int:pk>/members/export/", listing.ExportMembers.as_view(), name="export"),
]
