from django.urls import path

from eforefront.views import queries, query_books, query_sharing, query_tables

app_name = "queries"

urlpatterns = [
    path("compound/", queries.Build.as_view(), name="build"),
    path("result/", queries.Result.as_view(), name="result"),
    path("result/export/", query_books.Export.as_view(), name="export"),
    path("result/export/full/", query_books.AskFull.as_view(), name="ask_full"),
    path("table/", query_tables.Table.as_view(), name="table"),
    path("table/export/", query_tables.ExportTable.as_view(), name="export_table"),
    path("saved/", queries.SavedQueries.as_view(), name="saved"),
    path("saved/new/", queries.Save.as_view(), name="save"),
    path("saved/<uuid:uid>/edit/", queries.EditSaved.as_view(), name="edit"),
    path("saved/below/", query_sharing.SharedBelow.as_view(), name="shared_below"),
    path("saved/<uuid:uid>/withdraw/", query_sharing.Withdraw.as_view(), name="withdraw"),
    path("saved/<uuid:uid>/remove/", queries.RemoveSaved.as_view(), name="remove"),
]
