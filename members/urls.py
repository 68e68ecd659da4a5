from django.urls import path

from members import views

app_name = "members"

urlpatterns = [
    path("orgs/<int:pk>/members/", views.MemberList.as_view(), name="list"),
    path("orgs/<int:pk>/members/export/", views.ExportMembers.as_view(), name="export"),
]
