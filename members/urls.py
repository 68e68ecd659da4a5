from django.urls import path

from members.views import granting, listing, records, sections

app_name = "members"

urlpatterns = [
    path("orgs/<int:pk>/members/", listing.MemberList.as_view(), name="list"),
    path("orgs/<int:pk>/members/export/", listing.ExportMembers.as_view(), name="export"),
    path("members/<int:pk>/", records.PartyRecord.as_view(), name="detail"),
    path("members/<int:pk>/<slug:section>/", sections.SectionPage.as_view(), name="section"),
    path("members/<int:pk>/<slug:section>/<slug:table>/create/", sections.AddEntry.as_view(), name="add_entry"),
    path(
        "members/<int:pk>/<slug:section>/<slug:table>/<int:entry>/edit/",
        sections.ChangeEntry.as_view(),
        name="change_entry",
    ),
    path(
        "members/<int:pk>/<slug:section>/<slug:table>/<int:entry>/remove/",
        sections.RemoveEntry.as_view(),
        name="remove_entry",
    ),
    path("members/codes/<slug:table>/", records.codes, name="codes"),
    path("grants/", granting.GrantList.as_view(), name="grants"),
    path("grants/<int:pk>/", granting.Grant.as_view(), name="grant"),
    path("grants/<int:pk>/<int:grant>/dismiss/", granting.Dismiss.as_view(), name="dismiss"),
]
