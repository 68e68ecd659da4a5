"""Addresses of 党员发展, below /portal/development/."""

from django.urls import path

from eforefront.views.development import acts, entering, listing, moving, person

urlpatterns = [
    path("applicants/", listing.Applicants.as_view(), name="applicants"),
    path("applicants/new/", entering.Create.as_view(), name="create_applicant"),
    path("applicants/export/", listing.Export.as_view(), name="export_applicants"),
    path("pipeline/", listing.Pipeline.as_view(), name="development_pipeline"),
    path("queues/", listing.Queue.as_view(), name="development_queues"),
    path("queues/<slug:queue>/", listing.Queue.as_view(), name="development_queue"),
    path("probationers/", entering.Probationers.as_view(), name="begin_probation"),
    path("applicants/<int:pk>/", person.Person.as_view(), name="applicant"),
    path("applicants/<int:pk>/edit/", entering.Correct.as_view(), name="correct_applicant"),
    path("applicants/<int:pk>/send-back/", acts.SendBack.as_view(), name="send_back_development"),
    path("applicants/<int:pk>/entries/<slug:deed>/", acts.Enter.as_view(), name="enter_development"),
    path("applicants/<int:pk>/sponsors/<slug:kind>/", acts.ReplaceSponsors.as_view(), name="replace_sponsors"),
    path("applicants/<int:pk>/leave/", acts.Leave.as_view(), name="end_development"),
    path("applicants/<int:pk>/postpone/", acts.Postpone.as_view(), name="postpone_development"),
    path("applicants/<int:pk>/hand-over/", moving.HandOver.as_view(), name="hand_over_dossier"),
    path("applicants/<int:pk>/papers/", acts.Attach.as_view(), name="attach_paper"),
    path("papers/<uuid:uid>/", acts.download, name="development_file"),
    path("papers/<uuid:uid>/remove/", acts.take_off, name="remove_development_file"),
    path("hand-overs/", listing.HandOvers.as_view(), name="hand_overs"),
    path("hand-overs/<int:pk>/", moving.Answer.as_view(), name="hand_over"),
    path("hand-overs/<int:pk>/withdraw/", moving.withdraw, name="withdraw_hand_over"),
]
