"""Dull members: active full members of a branch of their own, counted as the services count them."""

import datetime

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.tests.factories import nth_id_number
from members.codes import Duty
from members.models import Admission, Correction, Doubt, Member, Post, Scan, Twin
from members.models.corrections import BASES, VALUES, present
from members.services import records, standings
from members.shares import share
from orgs import totals
from orgs.tests.factories import OrganizationFactory, TermFactory

_NUMERALS = str.maketrans("0123456789", "零一二三四五六七八九")  # no name holds a digit


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member

    name = factory.Sequence(lambda n: f"示例{n}".translate(_NUMERALS))
    id_number = factory.Sequence(lambda n: nth_id_number(n, birthday="0202"))  # never that of an account
    category = "1"
    organization = factory.SubFactory(OrganizationFactory, parent=factory.SubFactory(OrganizationFactory))

    class Params:
        complete = factory.Trait(
            gender=factory.LazyAttribute(lambda member: "1" if int(member.id_number[16]) % 2 else "2"),
            ethnicity="01",
            born_on=datetime.date(1990, 1, 1),
            native_place="110101",
            education="12",
            title="999",
            social_class="0",
            job_post="0212",
            joined_on=datetime.date(2012, 6, 1),
            confirmed_on=datetime.date(2013, 6, 1),
            phone="18088880000",
            address="示范市学院路1号院8号楼101室",
        )

    @classmethod
    @transaction.atomic
    def _create(cls, model_class, *args, id_number, phone="", address="", **kwargs):
        member = model_class(*args, **kwargs)
        records.put(member, {name: text for name, text in (("phone", phone), ("address", address)) if text})
        member.seal_id_number(id_number)
        member.rescore()
        with transaction.atomic():  # receivers of a standing lock what follows from it
            member.save(force_insert=True)
            standings.follow(member, cause="入册")
            totals.change(member.organization_id, **share(member))
        return member


class PostFactory(factory.django.DjangoModelFactory):
    """The secretary of a term."""

    class Meta:
        model = Post

    term = factory.SubFactory(TermFactory)
    member = factory.SubFactory(MemberFactory)
    duty = Duty.SECRETARY
    started_on = datetime.date(2024, 6, 30)


class CorrectionFactory(factory.django.DjangoModelFactory):
    """A member asks for another 家庭住址."""

    class Meta:
        model = Correction

    member = factory.SubFactory(MemberFactory)
    field = "address"
    reason = "已搬家"
    proposed_by = "示例（党员）"
    proposer_uid = "00000000-0000-4000-8000-000000000009"

    @classmethod
    def _create(cls, model_class, *args, value="示范市解放路9号院1号楼101室", **kwargs):
        correction = model_class(*args, **kwargs)
        VALUES.put(correction, value)
        if stands := present(correction.member, correction.field):
            BASES.put(correction, stands)
        correction.save(force_insert=True)
        return correction


class AdmissionFactory(factory.django.DjangoModelFactory):
    """A draft of the branch itself; `complete=True` has all that is asked for but the paper."""

    class Meta:
        model = Admission

    organization = factory.SubFactory(OrganizationFactory, parent=factory.SubFactory(OrganizationFactory))
    asking_organization = factory.SelfAttribute("organization")
    add_kind = "4"
    category = "1"
    name = factory.Sequence(lambda n: f"补录{n}".translate(_NUMERALS))
    asked_by = "示例（支部管理员）"
    asker_uid = "00000000-0000-4000-8000-000000000009"

    @classmethod
    def _create(cls, model_class, *args, id_number="", complete=False, **kwargs):
        admission = model_class(*args, **kwargs)
        number = id_number or (nth_id_number(7, birthday="0303") if complete else "")
        if number:
            admission.seal_id_number(number)
        admission.seal_values(PERSON | {"gender": "1" if int(number[16]) % 2 else "2"} if complete else {})
        if complete:
            admission.checked, admission.reason = "档案中有入党志愿书", "暂留期间未进系统"
        admission.save(force_insert=True)
        return admission


PERSON = {
    "ethnicity": "01",
    "born_on": datetime.date(1990, 1, 1),
    "education": "12",
    "job_post": "0212",
    "joined_on": datetime.date(2012, 6, 1),
    "confirmed_on": datetime.date(2013, 6, 1),
    "is_lost": False,
    "is_floating": False,
    "phone": "18088880000",
    "address": "示范市学院路1号院8号楼101室",
}


def paper(name="证明.pdf"):
    """An upload that is what its name says."""
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n", "application/pdf")


def scan_of(subject):
    """A paper handed in with a correction or an application."""
    scan = Scan(**{"admission" if isinstance(subject, Admission) else "correction": subject})
    scan.hold(paper())
    scan.save(force_insert=True)
    return scan


def doubt_of(member):
    """The member's only doubt."""
    found = Doubt.objects.filter(member=member).first()
    fields = {"kind": "number", "text": "没有身份证号", "fingerprint": "-", "found_at": timezone.now()}
    return found or Doubt.objects.create(member=member, **fields)


def twin_of(member):
    """A pair of the member with another one of the branch."""
    found = Twin.objects.filter(first=member).first()
    return found or Twin.objects.create(first=member, second=MemberFactory(organization=member.organization))
