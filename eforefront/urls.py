from django.urls import path

from eforefront.views import dues, dues_sums, duties, home, members, reminders

app_name = "eforefront"

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("members/", members.Members.as_view(), name="members"),
    path("reminders/", reminders.Reminders.as_view(), name="reminders"),
    path("dues/", dues.Dues.as_view(), name="dues"),
    path("dues/own/", dues.OwnDues.as_view(), name="own_dues"),
    path("dues/branches/<int:pk>/", dues.Grid.as_view(), name="dues_grid"),
    path("dues/branches/<int:pk>/export/", dues_sums.ExportGrid.as_view(), name="export_dues_grid"),
    path("dues/sums/", dues_sums.SumsPage.as_view(), name="dues_sums"),
    path("dues/sums/export/", dues_sums.ExportSums.as_view(), name="export_dues_sums"),
    path("dues/arrears/", dues_sums.Arrears.as_view(), name="dues_arrears"),
    path("dues/arrears/export/", dues_sums.ExportArrears.as_view(), name="export_dues_arrears"),
    path("dues/gifts/", dues_sums.LargeGifts.as_view(), name="dues_gifts"),
    path("dues/branches/<int:pk>/register/", dues.Register.as_view(), name="register_dues"),
    path("dues/members/<int:pk>/", dues.MemberDues.as_view(), name="dues_of_member"),
    path("dues/members/<int:pk>/standard/", dues.SetStandard.as_view(), name="set_dues_standard"),
    path("dues/receipts/<int:pk>/", dues.Receipt.as_view(), name="dues_receipt"),
    path("dues/receipts/<int:pk>/correct/", dues.Correct.as_view(), name="correct_dues"),
    path("members/<int:pk>/duties/", duties.Duties.as_view(), name="duties"),
    path("members/<int:pk>/duties/<int:grant>/edit/", duties.EditDuty.as_view(), name="edit_duty"),
    path("members/<int:pk>/duties/<int:grant>/portfolio/", duties.DivideWork.as_view(), name="divide_work"),
    path("members/<int:pk>/duties/<int:grant>/end/", duties.EndDuty.as_view(), name="end_duty"),
]
