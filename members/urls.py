from django.urls import path

from members.views import acts, batches, corrections, granting, imports, listing, records, reviewing, rules, sections
from members.views import acts, batches, corrections, granting, listing, records, reviewing, rules, sections
from members.views import acts, batches, granting, listing, records, rules, sections
from members.views import acts, granting, listing, overview, records, rules, sections
from members.views import acts, batches, granting, listing, overview, records, rules, sections
from members.views import acts, batches, corrections, granting, listing, overview, records, reviewing, rules, sections

app_name = "members"

urlpatterns = [
    path("orgs/<int:pk>/members/", listing.MemberList.as_view(), name="list"),
    path("orgs/<int:pk>/members/export/", listing.ExportMembers.as_view(), name="export"),
    path(
        "membership/probation/",
        acts.MembershipList.as_view(rows_of="probation", heading="预备党员", columns=acts.PROBATION),
        name="probation",
    ),
    path(
        "membership/suspended/",
        acts.MembershipList.as_view(rows_of="suspended", heading="停止党籍", columns=acts.SUSPENDED),
        name="suspended",
    ),
    path(
        "membership/history/",
        acts.MembershipList.as_view(rows_of="history", heading="历史党员", columns=acts.HISTORY),
        name="history",
    ),
    path("reviews/", reviewing.Reviews.as_view(), name="reviews"),
    path("reviews/decide/", reviewing.DecideMany.as_view(), name="decide_many"),
    path("corrections/<int:pk>/", corrections.CorrectionPage.as_view(), name="correction"),
    path("scans/<uuid:uid>/", corrections.scan, name="scan"),
    path("members/<int:pk>/propose/<slug:field>/", corrections.ProposeReviewed.as_view(), name="propose"),
    path("members/<int:pk>/acts/<slug:act>/", acts.CarryOut.as_view(), name="carry_out"),
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
    path("members/imports/", imports.Upload.as_view(), name="imports"),
    path("members/imports/template/", imports.template, name="import_template"),
    path("members/imports/<uuid:uid>/", imports.ImportDetail.as_view(), name="import_session"),
    path("members/imports/<uuid:uid>/repair/", imports.Repair.as_view(), name="repair_import"),
    path("members/imports/<uuid:uid>/errors/", imports.error_book, name="import_errors"),
    path("members/imports/<uuid:uid>/confirm/", imports.confirm, name="confirm_import"),
    path("members/imports/<uuid:uid>/withdraw/", imports.withdraw, name="withdraw_import"),
    path("members/imports/<uuid:uid>/undo/", imports.Undo.as_view(), name="undo_import"),
    path("members/codes/<slug:table>/", records.codes, name="codes"),
    path("orgs/<int:pk>/completeness/", overview.Overview.as_view(), name="completeness"),
    path("completeness/after/<int:pk>/", overview.next_person, name="next_incomplete"),
    path("completeness/rules/", rules.RuleTable.as_view(), name="rules"),
    path("completeness/rules/progress/", rules.Progress.as_view(), name="rescoring"),
    path("completeness/rules/change/", rules.ChangeRules.as_view(), name="change_rules"),
    path("completeness/rules/rescore/", rules.go_on, name="go_on_rescoring"),
    path("completeness/rules/stop/", rules.stop, name="stop_rescoring"),
    path("batches/", batches.BatchList.as_view(), name="batches"),
    path("batches/create/", batches.Start.as_view(), name="start_batch"),
    path("batches/<uuid:uid>/", batches.BatchPage.as_view(), name="batch"),
    path("batches/<uuid:uid>/confirm/", batches.confirm, name="confirm_batch"),
    path("batches/<uuid:uid>/result/", batches.result, name="batch_result"),
    path("grants/", granting.GrantList.as_view(), name="grants"),
    path("grants/<int:pk>/", granting.Grant.as_view(), name="grant"),
    path("grants/<int:pk>/<int:grant>/dismiss/", granting.Dismiss.as_view(), name="dismiss"),
]
