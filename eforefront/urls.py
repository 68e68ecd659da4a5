from django.urls import path

from eforefront.views import duties, home, members, reminders

app_name = "eforefront"

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("members/", members.Members.as_view(), name="members"),
    path("reminders/", reminders.Reminders.as_view(), name="reminders"),
    path("members/<int:pk>/duties/", duties.Duties.as_view(), name="duties"),
    path("members/<int:pk>/duties/<int:grant>/edit/", duties.EditDuty.as_view(), name="edit_duty"),
    path("members/<int:pk>/duties/<int:grant>/portfolio/", duties.DivideWork.as_view(), name="divide_work"),
    path("members/<int:pk>/duties/<int:grant>/end/", duties.EndDuty.as_view(), name="end_duty"),
]
