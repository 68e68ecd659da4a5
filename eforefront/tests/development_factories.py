"""The smallest valid objects of 党员发展."""

import datetime

import factory
from django.core.files.uploadedfile import SimpleUploadedFile

from eforefront.models import Applicant, DevelopmentFile, DossierHandOver
from orgs.tests.factories import OrganizationFactory


class ApplicantFactory(factory.django.DjangoModelFactory):
    """An 积极分子 whose 考察 is under way; without a number, so as many as one likes."""

    class Meta:
        model = Applicant

    organization = factory.SubFactory(OrganizationFactory, parent=factory.SubFactory(OrganizationFactory))
    holder = factory.SelfAttribute("organization")
    name = "林晓"
    step, stage = "06", "2"
    applied_on = datetime.date(2026, 1, 10)
    activist_on = datetime.date(2026, 4, 20)


def paper_of(applicant):
    """The application of somebody."""
    file = DevelopmentFile(applicant=applicant, step="01", paper="入党申请书", uploaded_by="示例")
    file.hold(SimpleUploadedFile("申请书.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf"))
    file.save(force_insert=True)
    return file


def hand_over_of(applicant, target=None):
    """A file on its way to another branch, one of a tree of its own unless named."""
    target = target or OrganizationFactory(parent=OrganizationFactory())
    words = {"source": applicant.organization, "target": target, "reason": "升学", "asked_by": "示例"}
    return DossierHandOver.objects.create(applicant=applicant, **words)
