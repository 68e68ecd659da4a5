"""Addresses of those who apply by themselves, and of what a branch answers them."""

from django.urls import path

from eforefront.views.development import dossiers, own, plans, strangers, ways

urlpatterns = [
    path("apply/", strangers.Apply.as_view(), name="apply"),
    path("apply/<str:token>/", strangers.RegisterOneself.as_view(), name="register_oneself"),
    path("my-development/", own.OwnDevelopment.as_view(), name="own_development"),
    path("my-development/application/", own.HandInApplication.as_view(), name="own_application"),
    path("my-development/reports/new/", own.Report.as_view(), name="own_thought_report"),
    path("my-development/papers/<uuid:uid>/", own.download, name="own_development_file"),
    path("development/applicants/<int:pk>/account/", ways.OpenAccount.as_view(), name="open_applicant_account"),
    path("development/applicants/<int:pk>/dossier/", dossiers.Dossier.as_view(), name="dossier"),
    path("development/applicants/<int:pk>/dossier/pdf/", dossiers.DossierPdf.as_view(), name="dossier_pdf"),
    path("development/applicants/<int:pk>/dossier/zip/", dossiers.DossierArchive.as_view(), name="dossier_archive"),
    path("development/applications/<int:pk>/", ways.DecideHandIn.as_view(), name="hand_in"),
    path("development/codes/", ways.Codes.as_view(), name="applicant_codes"),
    path("development/codes/new/", ways.MakeCode.as_view(), name="make_applicant_code"),
    path("development/codes/<int:pk>/withdraw/", ways.withdraw_code, name="withdraw_applicant_code"),
    path("development/registration/", ways.Door.as_view(), name="registration_door"),
    path("development/registration/close/", ways.close_door, name="close_registration"),
    path("development/registration/<uuid:uid>/", ways.DecideRegistration.as_view(), name="self_registration"),
    path("development/plans/", plans.Plans.as_view(), name="development_plans"),
    path("development/plans/export/", plans.Export.as_view(), name="export_development_plans"),
    path("development/plans/<int:year>/own/", plans.Ask.as_view(), name="ask_development_plan"),
    path("development/plans/decide/<int:pk>/", plans.Decide.as_view(), name="development_plan"),
]
