"""告警 and 审计, of 党内信息管理系统."""

from django.urls import path

from .views import alarms, records

app_name = "audit"
urlpatterns = [
    path("audit/", records.RecordList.as_view(), name="records"),
    path("audit/export/", records.ExportRecords.as_view(), name="export"),
    path("audit/<int:pk>/", records.RecordDetail.as_view(), name="record"),
    path("alarms/", alarms.AlarmList.as_view(), name="alarms"),
    path("alarms/<int:pk>/", alarms.AlarmDetail.as_view(), name="alarm"),
]
