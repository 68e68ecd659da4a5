"""Entrance, login and one's own account."""

from django.urls import path, re_path

from accounts.views import (
    account,
    entrance,
    grants,
    handovers,
    management,
    passwords,
    proofs,
    reveals,
    reviews,
    roles,
    sessions,
)

app_name = "accounts"
REVEAL = r"^(?P<system>info|portal)/reveal/(?P<field>[a-z-]+)/(?P<uid>[0-9a-f-]{36})/"
urlpatterns = [
    path("", entrance.entrance, name="entrance"),
    path("login/", sessions.login, name="login"),
    path("logout/", sessions.logout, name="logout"),
    path("role/", roles.roles, name="roles"),
    path("role/switch/", roles.switch_role, name="switch_role"),
    path("prove/", proofs.Prove.as_view(), name="prove"),
    path("activate/", passwords.FirstPassword.as_view(), name="first_password"),
    path("activate/leave/", passwords.leave_activation, name="leave_activation"),
    path("account/password/", passwords.ChangePassword.as_view(), name="password"),
    path("account/close-others/", account.close_others, name="close_others"),
    path("account/", account.account, name="account"),
    re_path(f"{REVEAL}$", reveals.Reveal.as_view(), name="reveal"),
    re_path(f"{REVEAL}masked/$", reveals.Masked.as_view(), name="masked"),
    path("info/rights/grants/", grants.GrantList.as_view(), name="grants"),
    path("info/rights/grants/export/", grants.ExportGrants.as_view(), name="export_grants"),
    path("info/rights/grants/<int:pk>/", grants.InCharge.as_view(), name="in_charge"),
    path("info/rights/reviews/", reviews.ReviewList.as_view(), name="reviews"),
    path("info/rights/reviews/keep/", reviews.Keep.as_view(), name="keep_grants"),
    path("info/rights/reviews/end/", reviews.End.as_view(), name="end_grants"),
    path("info/accounts/", management.Accounts.as_view(), name="accounts"),
    path("info/accounts/waiting/", management.WaitingAccounts.as_view(), name="waiting"),
    path("info/accounts/issue/", management.IssueCodes.as_view(), name="issue_codes"),
    path("info/accounts/<uuid:uid>/", management.AccountPage.as_view(), name="one_account"),
    path("info/accounts/<uuid:uid>/<slug:verb>/", management.ActOnAccount.as_view(), name="act"),
    path("handover/<uuid:uid>/", handovers.handover, name="handover"),
    path("handover/<uuid:uid>/pdf/", handovers.handover_pdf, name="handover_pdf"),
    path("handover/<uuid:uid>/wipe/", handovers.wipe_handover, name="wipe_handover"),
]
