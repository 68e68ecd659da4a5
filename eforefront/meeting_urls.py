"""Addresses of 组织生活, below /portal/meetings/."""

from django.urls import path

from eforefront.views import meeting_papers, meeting_statistics, meetings, my_meetings

urlpatterns = [
    path("", meetings.Meetings.as_view(), name="meetings"),
    path("new/", meetings.Create.as_view(), name="create_meeting"),
    path("export/", meeting_papers.ExportMeetings.as_view(), name="export_meetings"),
    path("calendar/", meeting_statistics.Calendar.as_view(), name="meeting_calendar"),
    path("frequency/", meeting_statistics.Frequency.as_view(), name="meeting_frequency"),
    path("frequency/export/", meeting_statistics.ExportFrequency.as_view(), name="export_frequency"),
    path("book/", meeting_papers.MinutesBook.as_view(), name="minutes_book"),
    path("book/pdf/", meeting_papers.MinutesPdf.as_view(), name="minutes_pdf"),
    path("mine/calendar.ics", meeting_papers.own_calendar, name="own_calendar"),
    path("mine/", my_meetings.Mine.as_view(), name="my_meetings"),
    path("mine/<int:pk>/", my_meetings.MyMeeting.as_view(), name="my_meeting"),
    path("mine/<int:pk>/leave/", my_meetings.AskLeave.as_view(), name="my_leave"),
    path("<int:pk>/", meetings.Detail.as_view(), name="meeting"),
    path("<int:pk>/change/", meetings.Change.as_view(), name="meeting_change"),
    path("<int:pk>/attendance/", meetings.TakeAttendance.as_view(), name="meeting_attendance"),
    path("<int:pk>/record/", meetings.Record.as_view(), name="meeting_record"),
    path("<int:pk>/votes/new/", meetings.TakeVote.as_view(), name="meeting_vote"),
    path("<int:pk>/votes/<int:vote>/drop/", meetings.drop_vote, name="drop_vote"),
    path("<int:pk>/files/new/", meetings.Attach.as_view(), name="meeting_attach"),
    path("<int:pk>/code/", meetings.SignCode.as_view(), name="meeting_code"),
    path("<int:pk>/act/<slug:verb>/", meetings.Act.as_view(), name="meeting_act"),
    path("files/<uuid:uid>/", meetings.download, name="gathering_file"),
    path("files/<uuid:uid>/picture/", meetings.picture, name="gathering_picture"),
    path("files/<uuid:uid>/remove/", meetings.take_off, name="remove_gathering_file"),
]
