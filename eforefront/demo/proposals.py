"""What people handed in lately: 更正申请, 补录申请, doubts about records, two records that look alike, 历史党员."""

import datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.codes import RoleKind, System
from accounts.id_numbers import check_digit
from accounts.models import RoleGrant
from eforefront.demo.cast import Actor, Cast
from eforefront.demo.numbers import REGION, gender
from members.acts import ACTS
from members.models import Member
from members.services import acts, admissions, corrections, records
from orgs.dates import add_months

_PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_PEOPLE = (("方知行", "19960312", "4"), ("陆一鸣", "19880721", "4"), ("沈清", "19751105", "4"))


def hand_in(cast: Cast, *, today: datetime.date) -> None:
    """Let the member, the branch and the general branch of the cast hand in and decide some of it."""
    actors = {actor.title: actor for actor in cast.everybody}
    branch, general = _role(actors["支部管理员"], System.INFO), _role(cast.general, System.INFO)
    _correct(actors["党员"], branch)
    _apply(branch, general, cast, today)
    _doubt(branch, general)
    _leave(_role(cast.top, System.INFO), branch, today)


def _leave(committee: RoleGrant, branch: RoleGrant, today: datetime.date) -> None:
    """Two died and one left the Party: the list of 历史党员, where one can be restored."""
    rows = Member.objects.visible_to(committee).active().full().filter(user=None, posts=None, is_floating=False)
    rows = rows.filter(is_lost=False, matters=None).exclude(organization=branch.organization).order_by("-pk")
    for place, member in enumerate(rows[:3]):
        asked = {"expel_kind": "2"} if place == 2 else {}
        on, act = add_months(today, -2 - place), ACTS["expel" if asked else "decease"]
        reason = "本人书面申请退党，经支部大会讨论通过" if asked else "因病去世"
        given = {"on": on, "document": f"示大党组〔{on.year}〕{place + 11}号", "reason": reason, **asked}
        acts.carry_out(act, member, by=committee, version=member.version, **given)


def _role(actor: Actor, system: System) -> RoleGrant:
    rows = RoleGrant.objects.active().in_systems(system).select_related("user", "organization")
    kind = {"kind": RoleKind.MEMBER} if system == System.PORTAL else {"organization": actor.organization}
    return rows.get(user__member=actor.member, **kind)


def _correct(actor: Actor, branch: RoleGrant) -> None:
    own, member = _role(actor, System.PORTAL), Member.objects.get(pk=actor.member)
    given = {"by": own, "is_own": True}
    corrections.propose(member, field="phone", value="10000001234", reason="已更换手机号码", **given)
    corrections.propose(member, field="address", value="示范市建设路66号院2号楼301室", reason="已搬家", **given)
    joined_on = (member.joined_on - datetime.timedelta(days=1)).isoformat() if member.joined_on else "2020-06-01"
    asked = corrections.propose(member, field="joined_on", value=joined_on, reason="以入党志愿书为准", **given)
    corrections.advance(asked, "forward", by=branch, version=asked.version, answer="已核对入党志愿书")
    learned = "12" if member.education == "11" else "11"
    asked = corrections.propose(member, field="education", value=learned, reason="已毕业", **given)
    corrections.advance(asked, "refuse", by=branch, version=asked.version, answer="请提供毕业证书后再申请")


def _apply(branch: RoleGrant, general: RoleGrant, cast: Cast, today: datetime.date) -> None:
    """One that waits, one that was returned, and a draft."""
    committee = _role(cast.top, System.INFO)
    for place, (name, born, kind) in enumerate(_PEOPLE):
        first_17 = f"{REGION}{born}99{place}"
        number = first_17 + check_digit(first_17)
        admission = admissions.save(
            None,
            by=branch,
            organization=branch.organization,
            add_kind=kind,
            category="1",
            name=name,
            id_number=number,
            values=_person(number, place),
            checked="查阅本人档案，入党志愿书、转正材料齐全",
            reason="毕业后组织关系暂留学校，启用系统时漏报",
            scan=SimpleUploadedFile(f"{name}补录证明.pdf", _PAPER, "application/pdf"),
        )
        if place < len(_PEOPLE) - 1:
            admission = admissions.advance(admission, "submit", by=branch, version=admission.version)
        if place == 1 and admission.decider_id == committee.organization_id:
            answer = "证明材料没有加盖公章，请重新上传"
            admissions.advance(admission, "return", by=committee, version=admission.version, answer=answer)


def _person(number: str, place: int) -> dict[str, object]:
    born_on = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    joined_on = add_months(born_on, 12 * 21)
    return {
        "gender": gender(number),
        "ethnicity": "01",
        "born_on": born_on,
        "education": "21",
        "job_post": "0212",
        "joined_on": joined_on,
        "confirmed_on": add_months(joined_on, 12),
        "is_lost": False,
        "is_floating": False,
        "phone": f"1000000567{place}",
        "address": f"示范市学院路{place + 8}号院1号楼{place + 1}02室",
    }


def _doubt(branch: RoleGrant, general: RoleGrant) -> None:
    """Two birthdays that differ from the number, and a record that looks like one of another branch."""
    here = Member.objects.active().full().filter(organization=branch.organization, user=None, posts=None)
    here = here.order_by("pk")
    for member in here.exclude(born_on=None)[1:3]:
        born_on = member.born_on - datetime.timedelta(days=3)
        records.update(member, by=branch, version=member.version, values={"born_on": born_on})
    first = here.exclude(born_on=None).first()
    others = Member.objects.visible_to(general).active().full().filter(user=None, posts=None, gender=first.gender)
    second = others.exclude(organization=branch.organization).exclude(born_on=None).order_by("pk").first()
    if second is not None:
        values = {"name": first.name, "born_on": first.born_on, "joined_on": first.joined_on}
        values["confirmed_on"] = first.confirmed_on
        records.update(second, by=general, version=second.version, values=values)
