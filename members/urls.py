from django.urls import path

from members.views import listing, records

app_name = "members"

urlpatterns = [
    path("orgs/<int:pk>/members/", listing.MemberList.as_view(), name="list"),
    path("orgs/<int:pk>/members/export/", listing.ExportMembers.as_view(), name="export"),
    path("members/<int:pk>/", records.PartyRecord.as_view(), name="detail"),
    path("members/codes/<slug:table>/", records.codes, name="codes"),
]
