"""告警 and 审计, of 党内信息管理系统."""

from django.urls import path

from .views import alarms

app_name = "audit"
urlpatterns = [
    path("alarms/", alarms.AlarmList.as_view(), name="alarms"),
    path("alarms/<int:pk>/", alarms.AlarmDetail.as_view(), name="alarm"),
]
