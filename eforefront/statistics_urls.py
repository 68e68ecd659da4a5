"""党内统计, in 党内信息管理系统."""

from django.urls import path

from eforefront.views import statistics, statistics_checks, statistics_exports, statistics_sealing, statistics_tables

app_name = "statistics"

urlpatterns = [
    path("", statistics.Start.as_view(), name="start"),
    path("count/", statistics.Count.as_view(), name="count"),
    path("seal/", statistics_sealing.Seal.as_view(), name="seal"),
    path("checks/", statistics_checks.Checks.as_view(), name="checks"),
    path("checks/<int:place>/", statistics_checks.Difference.as_view(), name="difference"),
    path("export/", statistics_exports.Export.as_view(), name="export"),
    path("reports/<int:pk>/open/", statistics_sealing.Open.as_view(), name="open"),
    path("tables/<slug:number>/", statistics_tables.TablePage.as_view(), name="table"),
    path("tables/<slug:number>/people/", statistics_tables.People.as_view(), name="people"),
    path("tables/<slug:number>/compare/", statistics_tables.Compare.as_view(), name="compare"),
]
