"""What the rows of tests.relations speak of: one object of each kind in one organisation of tests.world."""

import datetime
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.codes import RoleKind, System
from accounts.tests.factories import RoleGrantFactory, api_token_of
from accounts.tests.pki import Issuer
from eforefront.models import (
    Applicant,
    CommunityService,
    DossierHandOver,
    DuesPublication,
    DuesReceipt,
    DuesRelief,
    Gathering,
    GatheringFile,
    News,
    Notice,
    PartyGroup,
    Registration,
    ReviewCycle,
    SavedQuery,
    ScoreEntry,
    SignUp,
    StatisticalReport,
    StudyEntry,
    Vote,
)
from eforefront.models.queries import DEFINITIONS
from eforefront.queries.definition import Query, dump
from eforefront.statistics.definitions import edition
from eforefront.tests.development_factories import (
    ApplicantFactory,
    code_of,
    hand_over_of,
    handed_in_of,
    paper_of,
    plan_of,
    registration_of,
)
from eforefront.tests.notice_factories import NewsFactory, NoticeFactory, notice_file
from eforefront.tests.registration_factories import CommunityServiceFactory, RegistrationFactory, ScoreEntryFactory
from members.models import Admission, Correction, ExportRequest, Matter, Member, MemberFile, MemberPhoto, Office, Post
from members.services import full_exports
from members.tests.factories import AdmissionFactory, CorrectionFactory, MemberFactory, doubt_of, scan_of, twin_of
from orgs.models import Attachment, ParentChange, Renewal
from orgs.tests.factories import TermFactory
from partyplatform import audit
from partyplatform.uploads.tests.pictures import jpg
from transfers.tests.factories import (
    InMessageFactory,
    OutMessageFactory,
    TransferFactory,
    arrival_at,
    batch_of,
    file_of,
    letter_of,
)


def scan(name="批复.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF\n", "application/pdf")


def attachment(organization):
    """A scan kept with an organisation."""
    made = Attachment(organization=organization, uploaded_by="示例")
    made.hold(scan())
    made.save()
    return made


def member_file(member):
    """A scan kept with a member's record."""
    made = MemberFile(member=member, uploaded_by="示例")
    made.hold(scan())
    made.save()
    return made


def member_photo(member):
    """The photograph of a member, as it is kept: small already."""
    made = MemberPhoto(member=member, uploaded_by="示例")
    made.hold(SimpleUploadedFile("照片.jpg", jpg()), kinds=("jpg",))
    made.save()
    return made


def dues_receipt(member):
    """A receipt of 党费 of the member's branch."""
    found = DuesReceipt.objects.filter(member=member).first()
    return found or DuesReceipt.objects.create(
        organization=member.organization,
        year=2026,
        number=1,
        member=member,
        total_fen=20,
        paid_on="2026-05-01",
        method="1",
        payer_kind="1",
        by_name="示例",
    )


def gathering_of(organization, **fields):
    """A meeting that was announced, is over and waits for its record, unless `fields` say otherwise."""
    begins = timezone.now() - datetime.timedelta(days=1)
    words = {"kind": "1", "type": "11", "topic": "学习", "place": "会议室", "chair": "示例", "state": "2"} | fields
    ends = begins + datetime.timedelta(hours=2)
    return Gathering.objects.create(organization=organization, begins_at=begins, ends_at=ends, **words)


def activity_of(organization):
    """An activity of 报名参加 that waits for its record."""
    made = gathering_of(organization, kind="2", type="2", audience="5")
    SignUp.objects.create(gathering=made, closes_at=made.begins_at)
    return made


def vote_of(gathering):
    figures = dict.fromkeys(("due", "present", "agree", "against", "abstain"), 0)
    return Vote.objects.create(gathering=gathering, subject="计划", **figures)


def cycle_of(organization):
    """A 民主评议 that has just begun, of nobody."""
    found = ReviewCycle.objects.filter(organization=organization).first()
    today = timezone.localdate()
    return found or ReviewCycle.objects.create(organization=organization, year=today.year, began_on=today)


def studied(member):
    return StudyEntry.objects.create(member=member, on="2026-03-05", subject="党校培训", halves=4, by_name="示例")


def gathering_file(gathering):
    """A scan kept with a meeting."""
    made = GatheringFile(gathering=gathering, uploaded_by="示例")
    made.hold(scan("签到表.pdf"))
    made.save()
    return made


def dues_relief(member, decider):
    """A 减免 that waits for an organisation."""
    found = DuesRelief.objects.filter(member=member).first()
    months = {"from_month": "2026-05-01", "until_month": "2026-10-01"}
    return found or DuesRelief.objects.create(
        member=member, organization=member.organization, decider=decider, monthly_fen=0, reason="患病", **months
    )


def dues_publication(organization):
    """Last year's 公示 of a branch."""
    return DuesPublication.objects.get_or_create(organization=organization, year=2025, defaults={"by_name": "示例"})[0]


def applicant_of(organization):
    """An 积极分子 of an organisation whose file is not on its way."""
    found = Applicant.objects.filter(organization=organization, hand_overs=None).first()
    return found or ApplicantFactory(organization=organization)


def dossier_of(organization):
    """The file of another one, on its way to a branch far away."""
    found = DossierHandOver.objects.filter(source=organization).first()
    return found or hand_over_of(ApplicantFactory(organization=organization))


def shared_query_of(organization):
    """A saved query somebody of an organisation shares, who is no longer there."""
    found = SavedQuery.objects.filter(organization=organization).exclude(sharing="nobody").first()
    if found is None:
        found = SavedQuery(
            organization=organization, owner_uid=uuid.uuid4(), owner_name="示例", name="示例", sharing="below"
        )
        DEFINITIONS.put(found, dump(Query()))
        found.save(force_insert=True)
    return found


def sealed_report(organization):
    """The sealed 党内统计 of an organisation for a year long past."""
    now = timezone.now()
    sealed = {"state": "sealed", "sealed_at": now, "sealed_by": "示例", "counted_at": now, "counted_by": "示例"}
    tables = edition("2018").tables
    nothing = {table.number: [[0] * len(table.columns)] * len(table.rows) for table in tables}
    told = {"on": "2018-12-31", "kind": "year", "edition": "2018", "figures": nothing}
    found = StatisticalReport.objects.filter(organization=organization).first()
    return found or StatisticalReport.objects.create(organization=organization, **told, **sealed)


class Objects:
    """Makes each object when it is first asked for. Kinds are rows of tests.relations."""

    def __init__(self, world, place):
        self.world, self.place, self._made = world, getattr(world, place), {}

    def arguments(self, kind):
        """Return (arguments of the address, query, body)."""
        if kind not in self._made:
            self._made[kind] = self._arguments(kind)
        return self._made[kind]

    def _arguments(self, kind):
        field, _, what = kind.partition(" ")
        if field.startswith("?"):
            return (), {field[1:]: self._pk(what)}, {}
        if field == "ids":
            return (), {}, {"ids": self._pk(what)}
        return getattr(self, f"_{kind}")(), {}, {}

    def _pk(self, what):
        made = {"account": self.account, "grant": self.grant, "member": self.member, "transfer": self.transfer}
        return made.get(what, lambda: self.place)().pk

    # ── the arguments of an address ───────────────────────────────────────────────────────────────────────

    def _org(self):
        return (self.place.pk,)

    def _led(self):
        self.term()
        return self._org()

    def _term(self):
        return self.place.pk, self.term().pk

    def _post(self):
        return self.place.pk, self.post().pk

    def _renewal(self):
        return (self.renewal().pk,)

    def _reply(self):
        return self.renewal().pk, "reply"

    def _withdraw(self):
        return self.renewal().pk, "withdraw"

    def _change(self):
        return (self.change().pk,)

    def _transfer(self):
        return (self.transfer().pk,)

    def _passing(self):
        return self.transfer().pk, "pass"

    def _lettered(self):
        self.letter()
        return self._transfer()

    def _letter(self):
        return (self.letter().pk,)

    def _relief(self):
        top = self.world.elsewhere if self.place == self.world.elsewhere else self.world.root
        return (dues_relief(self.member(), top).pk,)

    def _applicant(self):
        return (applicant_of(self.place).pk,)

    def _observed(self):
        return applicant_of(self.place).pk, "observation"

    def _mentored(self):
        return applicant_of(self.place).pk, "mentor"

    def _applicant_paper(self):
        return (paper_of(applicant_of(self.place)).uid,)

    def _dossier(self):
        return (dossier_of(self.place).pk,)

    def _shared_query(self):
        return (shared_query_of(self.place).uid,)

    def _report(self):
        return (sealed_report(self.place).pk,)

    def _papered(self):
        return (paper_of(applicant_of(self.place)).applicant_id,)

    def _handed_in(self):
        return (handed_in_of(applicant_of(self.place)).pk,)

    def _applicant_code(self):
        return (code_of(self.place).pk,)

    def _self_registered(self):
        return (registration_of(self.place).uid,)

    def _development_plan(self):
        return (plan_of(self.place).pk,)

    def _publication(self):
        return (dues_publication(self.place).pk,)

    def _receipt(self):
        return (dues_receipt(self.member()).pk,)

    def _notice(self):
        return (self.notice().pk,)

    def _withdrawing(self):
        return self.notice().pk, "withdraw"

    def _news(self):
        return (self.news().pk,)

    def _submitting(self):
        return self.news().pk, "submit"

    def _news_file(self):
        return (notice_file(news=self.news()).uid,)

    def _arriving(self):
        return (arrival_at(self.place).pk,)

    def _arrived(self):
        return (arrival_at(self.place, state="done", member=self.member()).pk,)

    def _transfer_file(self):
        return (file_of(self.transfer()).uid,)

    def _batch(self):
        return (batch_of(self.transfer()).uid,)

    def _attachment(self):
        return (self.attachment().uid,)

    def _member(self):
        return (self.member().pk,)

    def _correction(self):
        return (self.correction().pk,)

    def _admission(self):
        return (self.admission().pk,)

    def _doubt(self):
        return (doubt_of(self.member()).pk,)

    def _twin(self):
        return (twin_of(self.member()).pk,)

    def _registration(self):
        return self.member().pk, self.registration().pk

    def _service(self):
        return (self.service().pk,)

    def _score(self):
        return self.member().pk, self.score().pk

    def _proposing(self):
        return self.member().pk, "name"

    def _scan(self):
        return (self.scan().uid,)

    def _section(self):
        return self.member().pk, "basic"

    def _decease(self):
        return self.member().pk, "decease"

    def _begin(self):
        return self.member().pk, "flow", "register"

    def _correct(self):
        return self.member().pk, self.matter().pk, "correct"

    def _pass(self):
        return self.member().pk, self.matter().pk, "pass"

    def _table(self):
        return self.member().pk, "offices", "offices"

    def _entry(self):
        return *self._table(), self.office().pk

    def _file(self):
        return (self.file().uid,)

    def _photo(self):
        return (self.photo().uid,)

    def _asked(self):
        return (self.asked().uid,)

    def _number(self):
        return "info", "member-id-number", self.member().uid

    def _record(self):
        return (self.alarm().record.pk,)

    def _alarm(self):
        return (self.alarm().pk,)

    def _granted(self):
        return self.place.pk, self.grant().pk

    def _account(self):
        return (self.account().uid,)

    def _reset(self):
        return self.account().uid, "reset"

    def _unlock(self):
        return self.account().uid, "unlock"

    def _close(self):
        return self.account().uid, "close"

    def _keyholder(self):
        return (self.keyholder().uid,)

    def _certificate(self):
        if not hasattr(self.world, "issuer"):
            self.world.issuer = Issuer()
        return (self.world.issuer.register(self.keyholder())[0].uid,)

    def _api_token(self):
        return (api_token_of(self.place).uid,)

    def _holder(self):
        return (self.duty()[0].pk,)

    def _duty(self):
        holder, duty = self.duty()
        return holder.pk, duty.pk

    def _activity(self):
        return (self.activity().pk,)

    def _activity_off(self):
        return self.activity().pk, "cancel"

    def _enrolled(self):
        return self.activity().pk, self.member().pk

    def _meeting(self):
        return (self.meeting().pk,)

    def _called_off(self):
        return self.meeting().pk, "cancel"

    def _sent_back(self):
        return self.meeting().pk, "send_back"

    def _cycle(self):
        return (cycle_of(self.place).pk,)

    def _studied(self):
        return (studied(self.member()).pk,)

    def _group(self):
        return (PartyGroup.objects.create(organization=self.place, name=f"组{PartyGroup.objects.count()}").pk,)

    def _vote(self):
        return self.meeting().pk, vote_of(self.meeting()).pk

    def _paper(self):
        return (gathering_file(self.meeting()).uid,)

    # ── the objects ───────────────────────────────────────────────────────────────────────────────────────

    def term(self):
        found = self.place.terms.filter(is_current=True).first()
        return found or TermFactory(organization=self.place, number=1)

    def post(self):
        member, term = Member.objects.filter(organization=self.world.staff).first(), self.term()
        found = Post.objects.filter(term=term).first()
        return found or Post.objects.create(term=term, member=member, duty="001A", started_on=term.elected_on)

    def renewal(self):
        found = Renewal.objects.filter(organization=self.place).first()
        return found or Renewal.objects.create(organization=self.place, kind="election", seats=1, asked_by="示例")

    def change(self):
        """A request to move the organisation that it decides itself, so that nobody else has part in it."""
        place, found = self.place, ParentChange.objects.filter(organization=self.place).first()
        return found or ParentChange.objects.create(
            organization=place, old_parent=place, new_parent=place, decider=place, asking_organization=place
        )

    def registration(self):
        """A member of the organisation who is registered at a community."""
        return Registration.objects.of(self.member()).first() or RegistrationFactory(member=self.member())

    def service(self):
        """A service nobody has confirmed yet."""
        found = CommunityService.objects.of(self.member()).first()
        return found or CommunityServiceFactory(registration=self.registration())

    def score(self):
        """Points entered by hand."""
        return ScoreEntry.objects.of(self.member()).first() or ScoreEntryFactory(member=self.member())

    def attachment(self):
        found = Attachment.objects.filter(organization=self.place).first()
        if found is not None:
            return found
        return attachment(self.place)

    def member(self):
        return Member.objects.filter(organization=self.place).first() or MemberFactory(organization=self.place)

    def correction(self):
        member = self.member()
        return Correction.objects.of(member).first() or CorrectionFactory(member=member)

    def admission(self):
        found = Admission.objects.filter(organization=self.place).first()
        return found or AdmissionFactory(organization=self.place)

    def scan(self):
        return self.correction().scans.first() or scan_of(self.correction())

    def office(self):
        member = self.member()
        found = Office.objects.filter(member=member).first()
        return found or Office.objects.create(member=member, unit="示范大学", title="教师", begins_on="2020-09-01")

    def file(self):
        found = MemberFile.objects.filter(member__organization=self.place).first()
        return found or member_file(self.member())

    def photo(self):
        found = MemberPhoto.objects.filter(member__organization=self.place).first()
        return found or member_photo(self.member())

    def matter(self):
        """A stay abroad that waits for the level above."""
        member = self.member()
        found = Matter.objects.filter(member=member).first()
        dates = {"began_on": "2026-01-10", "ends_on": "2027-01-10", "limit_on": "2031-01-10"}
        return found or Matter.objects.create(member=member, procedure="abroad", state="32", **dates)

    def meeting(self):
        found = Gathering.objects.filter(organization=self.place, kind="1").first()
        return found or gathering_of(self.place)

    def activity(self):
        found = Gathering.objects.filter(organization=self.place, kind="2").first()
        return found or activity_of(self.place)

    def asked(self):
        """A request for more full records than one person lets out."""
        found = ExportRequest.objects.filter(place=self.place).first()
        by = self.grant()
        many = full_exports.ALONE + 1
        return found or full_exports.ask(
            self.place, query="", described="", rows=many, by_branch=False, reason="统计", by=by
        )

    def alarm(self):
        return audit.alarm(audit.SYSTEM, "test.alarm", organization=self.place)

    def grant(self):
        """The grant of an administrator of the organisation that nobody has confirmed for years."""
        if "grant of" not in self._made:
            self._made["grant of"] = RoleGrantFactory(organization=self.place)
        return self._made["grant of"]

    def account(self):
        return self.grant().user

    def keyholder(self):
        """Somebody who administers the organisation as if it were a committee: only those have certificates."""
        if "keyholder of" not in self._made:
            self._made["keyholder of"] = RoleGrantFactory(organization=self.place, kind=RoleKind.CITY).user
        return self._made["keyholder of"]

    def duty(self):
        """A member of the organisation, and the role that member has at it in 党员E先锋."""
        if "duty of" not in self._made:
            duty = RoleGrantFactory(organization=self.place, system=System.PORTAL)
            self._made["duty of"] = MemberFactory(organization=self.place, user=duty.user), duty
        return self._made["duty of"]

    def notice(self):
        """A notice of the organisation to itself."""
        return Notice.objects.filter(organization=self.place).first() or NoticeFactory(organization=self.place)

    def news(self):
        """News the organisation handed in and got back."""
        return News.objects.filter(organization=self.place).first() or NewsFactory(organization=self.place)

    def transfer(self):
        """A transfer that was withdrawn, from the organisation to a place outside."""
        if "transfer of" not in self._made:
            self._made["transfer of"] = TransferFactory(source=self.place, member=self.member())
        return self._made["transfer of"]

    def _message_in(self):
        return (self.message_in().pk,)

    def _message_out(self):
        return (self.message_out().pk,)

    def _hurrying(self):
        return self.message_out().pk, "hurry"

    def message_in(self):
        """A transfer of another installation that waits at the organisation."""
        if "message in" not in self._made:
            self._made["message in"] = InMessageFactory(place=self.place)
        return self._made["message in"]

    def message_out(self):
        """What the organisation sent to another installation by file."""
        if "message out" not in self._made:
            self._made["message out"] = OutMessageFactory(place=self.place)
        return self._made["message out"]

    def letter(self):
        """A letter the organisation gave out."""
        if "letter of" not in self._made:
            self._made["letter of"] = letter_of(self.transfer())
        return self._made["letter of"]
