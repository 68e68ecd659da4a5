"""党员发展 at the branch of the cast: an applicant with a login, a 串码, a QR code, a file on its way, plans."""

import datetime
from collections.abc import Iterable, Iterator

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.codes import RoleKind
from accounts.id_numbers import check_digit
from accounts.models import RoleGrant
from eforefront.demo import accounts
from eforefront.demo.cast import Cast
from eforefront.demo.numbers import REGION
from eforefront.demo.roles import portal_role
from eforefront.models import Applicant, DevelopmentPlan
from eforefront.services.development import applying, codes, handing_in, handing_over, planning, registering
from orgs.models import Organization

_PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_BY = "系统启用时导入"
_PERSON = {
    "ethnicity": "01",
    "education": "61",
    "job_post": "0623",
    "phone": "10000005678",
    "address": "示范市海东区学院路1号学生公寓3号楼",
}
_AGREED, _ASKED, _RETURNED = DevelopmentPlan.State.AGREED, DevelopmentPlan.State.ASKED, DevelopmentPlan.State.RETURNED


def tell(cast: Cast, *, today: datetime.date) -> dict[str, str]:
    """Let the branch of the cast be asked and answer; return the line of the applicant's account."""
    branch = portal_role(next(actor for actor in cast.others if actor.title == "支部管理员"))
    line = _apply(branch, today)
    codes.make(branch.organization, by=branch, note="递交申请书的新生")
    codes.withdraw(codes.make(branch.organization, by=branch, note="发错对象")[0], by=branch)
    _register(branch)
    _move(branch)
    _plan(portal_role(cast.general), branch, today.year)
    return line


def _apply(branch: RoleGrant, today: datetime.date) -> dict[str, str]:
    """Somebody with an account has handed the application in, and waits."""
    number, values = _somebody("20060915", 972)
    applicant = applying.register(branch.organization, by=branch, name="何雨桐", id_number=number, values=values)
    line = accounts.let_apply(applicant, branch=branch.organization, number=number, by=branch)
    own = RoleGrant.objects.select_related("user", "organization").get(user=applicant.user, kind=RoleKind.APPLICANT)
    upload = SimpleUploadedFile("入党申请书.pdf", _PAPER, "application/pdf")
    handing_in.hand_in(applicant, by=own, on=today - datetime.timedelta(days=3), upload=upload)
    return line


def _register(branch: RoleGrant) -> None:
    """The QR code is open, and one person came by it."""
    door = registering.open_door(branch.organization, by=branch, days=14)
    number, values = _somebody("20070203", 973)
    given = {**values, "name": "郑博文", "id_number": number, "post": "计算机科学与技术 2601 班"}
    registering.register(door, given, address="127.0.0.1")


def _move(branch: RoleGrant) -> None:
    """The file of an 积极分子 is offered to a branch of another college."""
    rows = Applicant.objects.open().filter(organization=branch.organization, step="06", member=None)
    applicant = rows.select_related("organization").order_by("pk").first()
    others = Organization.objects.living().receiving_members().filter(may_develop=True)
    target = others.exclude(parent=branch.organization.parent_id).order_by("pk").first()
    target = target or others.exclude(pk=branch.organization_id).order_by("pk").first()
    if applicant is not None and target is not None:
        words = {"by": branch, "version": applicant.version, "reason": "转专业至该学院就读"}
        handing_over.hand_over(applicant, target, **words)


def _plan(general: RoleGrant, branch: RoleGrant, year: int) -> None:
    """Everybody beside the general branch has a plan, most of them agreed to; so have the branches below it."""
    place = general.organization
    beside = Organization.objects.living().filter(parent=place.parent_id).order_by("lft")
    below = Organization.objects.living().filter(parent=place).exclude(pk=branch.organization_id).order_by("lft")
    DevelopmentPlan.objects.bulk_create([*_plans(beside, year, 24), *_plans(below, year, 3)])
    own = planning.ask(branch.organization, year, by=branch, activists=5, admissions=6, note="本年度毕业生较多")
    planning.agree(own, by=general, version=own.version, activists=5, admissions=5, opinion="按名额安排")
    if place.parent is not None and place.parent.parent_id is None:
        words = {"asked_by": _BY, "decided_by": "", "activists_agreed": 600, "admissions_agreed": 480}
        root = {"organization": place.parent, "year": year, "activists": 600, "admissions": 480}
        DevelopmentPlan.objects.create(**root, **words, state=_AGREED)


def _plans(places: Iterable[Organization], year: int, most: int) -> Iterator[DevelopmentPlan]:
    for number, place in enumerate(places):
        state = _ASKED if number % 7 == 5 else _RETURNED if number % 11 == 9 else _AGREED
        activists, admissions = most - number % 3, max(1, most * 2 // 3 - number % 4)
        agreed = (activists, admissions) if state == _AGREED else (None, None)
        decided = {} if state == _ASKED else {"decided_by": _BY, "decided_at": timezone.now()}
        yield DevelopmentPlan(
            organization=place,
            year=year,
            activists=activists,
            admissions=admissions,
            activists_agreed=agreed[0],
            admissions_agreed=agreed[1],
            opinion="请按名额重新测算" if state == _RETURNED else "",
            state=state,
            asked_by=_BY,
            **decided,
        )


def _somebody(born: str, serial: int) -> tuple[str, dict[str, object]]:
    """Return a number and what is known of its person."""
    first_17 = f"{REGION}{born}{serial}"
    day = datetime.date(int(born[:4]), int(born[4:6]), int(born[6:]))
    return first_17 + check_digit(first_17), {**_PERSON, "gender": "1" if serial % 2 else "2", "born_on": day}
