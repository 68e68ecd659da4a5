from django.urls import path

from . import views

app_name = "jobs"

urlpatterns = [
    path("", views.JobList.as_view(), name="list"),
    path("<uuid:uid>/", views.JobDetail.as_view(), name="detail"),
    path("<uuid:uid>/progress/", views.JobProgress.as_view(), name="progress"),
    path("<uuid:uid>/download/", views.download, name="download"),
    path("<uuid:uid>/cancel/", views.cancel, name="cancel"),
    path("<uuid:uid>/retry/", views.retry, name="retry"),
]
