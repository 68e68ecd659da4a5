"""The smallest valid objects of 党员发展."""

import datetime

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from eforefront.models import (
    Applicant,
    ApplicantCode,
    DevelopmentFile,
    DevelopmentPlan,
    DossierHandOver,
    HandIn,
    SelfRegistration,
)
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


def handed_in_of(applicant):
    """The application somebody handed in."""
    found = HandIn.objects.filter(applicant=applicant).first()
    return found or HandIn.objects.create(
        applicant=applicant, step="01", on=datetime.date(2026, 1, 10), file=paper_of(applicant)
    )


def code_of(organization):
    """An unused 串码."""
    words = {"organization": organization, "code_hash": f"-{organization.pk}", "made_by": "示例"}
    expires_at = timezone.now() + datetime.timedelta(days=7)
    return ApplicantCode.objects.get_or_create(**words, defaults={"expires_at": expires_at})[0]


def registration_of(organization):
    """What somebody entered through the QR code of a branch."""
    return SelfRegistration.objects.get_or_create(organization=organization, name="何文")[0]


def plan_of(organization):
    words = {"activists": 5, "admissions": 2, "asked_by": "示例"}
    return DevelopmentPlan.objects.get_or_create(organization=organization, year=2026, defaults=words)[0]
