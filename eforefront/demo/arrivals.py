"""市外转入 in every stage, and 批量转接: a batch that was carried out, a sheet with a fault to repair."""

import datetime
from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.codes import System
from accounts.id_numbers import check_digit
from accounts.models import RoleGrant
from eforefront.demo.cast import Actor, Cast
from eforefront.demo.clock import days_ago
from eforefront.demo.numbers import REGION
from eforefront.demo.roles import portal_role
from members.models import Member
from orgs.models import Organization
from partyplatform.excel.records import Reading
from transfers.models import Transfer
from transfers.orders import CAUSE, CODE, DESTINATION, DUES, HEADING, NAME, NUMBER, TARGET, Order
from transfers.services import arrival_records, batches
from transfers.services.advancing import advance
from transfers.services.arriving import arrive

_PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_WHOLE = {"native_place": "110101", "education": "12", "title": "999", "social_class": "0", "job_post": "0212"}
# name, birth, days ago, whether the record is complete, how many said yes
_COMERS = (
    ("秦晓岚", "19930614", 1, False, 0),
    ("罗建章", "19851102", 3, True, 0),
    ("古丽娜尔·买买提", "19970328", 6, True, 1),
    ("尹若水", "19911219", 9, True, 9),
)
_MOVED = 6  # members of one batch


def tell(cast: Cast) -> int:
    """Let some arrive at the branch of the cast, begin two batches; return how many transfers there are more."""
    branch = next(actor for actor in cast.others if actor.title == "支部管理员")
    for number, comer in enumerate(_COMERS):
        _come(branch, number, *comer)
    return len(_COMERS) + _move_many(cast, branch.branch)


def _come(actor: Actor, number: int, name: str, born: str, days: int, is_whole: bool, passed: int) -> None:
    by, today = portal_role(actor), timezone.localdate()
    first = f"{REGION}{born}{990 + number:03d}"
    joined_on = datetime.date(int(born[:4]) + 20, 6, 18)
    with days_ago(days):
        transfer = arrive(
            actor.branch,
            by=by,
            name=name,
            id_number=first + check_digit(first),
            issuer="中共邻市委组织部",
            cause="post",
            dues_paid_to=today.replace(day=1),
            phone=f"1000000{3000 + number}",
            category="1",
            ethnicity="01",
            joined_on=joined_on,
            confirmed_on=joined_on.replace(year=joined_on.year + 1),
            letter_number=f"邻组转〔{today.year}〕{118 + number}号",
            letter_on=today - datetime.timedelta(days=days + 5),
            letter_days=90,
            letter_phone="010-00001234",
            scan=SimpleUploadedFile("介绍信.pdf", _PAPER, "application/pdf"),
        )
        if is_whole:
            values = _WHOLE | {"address": f"示范市建设路{number + 1}号院2号楼301室"}
            transfer = arrival_records.write(transfer, by=by, version=transfer.version, values=values)
    for _ in range(passed):
        transfer = Transfer.objects.select_related("holder").get(pk=transfer.pk)
        if transfer.holder is None:
            break
        place = RoleGrant.objects.active().administrators().in_systems(System.PORTAL)
        place = place.filter(organization=transfer.holder).first()
        if place is None:
            break
        advance(transfer, "pass", by=place, version=transfer.version, remark="同意。")


def _move_many(cast: Cast, branch: Organization) -> int:
    """The general branch moves some members of one branch to two others; a sheet of graduates waits for repair."""
    by = portal_role(cast.general)
    rows = Organization.objects.living().receiving_members().filter(parent=branch.parent_id).exclude(pk=branch.pk)
    source, *targets = rows.order_by("-full_members", "pk")[:3]
    people = _free(source)
    month = timezone.localdate().replace(day=1)
    words = {CAUSE: "post", DUES: month}
    orders = [
        (member, Order(number, {NAME: member.name, CODE: to.code, TARGET: to.short_name, **words}), to)
        for number, member in enumerate(people[:_MOVED], 1)
        if targets
        for to in (targets[number % len(targets)],)
    ]
    if not orders:
        return 0
    batch = batches.keep_chosen(orders, by=by)
    batches.confirm(batch, by=by)
    batches.run(batch, by=by)
    lines = [_graduate(number, member, month) for number, member in enumerate(people[_MOVED : _MOVED + 4], 2)]
    if lines:
        lines[-1].texts[NAME] = lines[-1].values[NAME] = "王安"
        letters = {name: "ABCDEFGHIJ"[place] for place, name in enumerate((NAME, NUMBER, CODE, TARGET, HEADING))}
        batches.keep_sheet(Reading("0" * 64, lines, letters, []), name="毕业生转接.xlsx", by=by)
    return Transfer.objects.filter(batch=batch.number).count()


def _graduate(number: int, member: Member, month: datetime.date) -> Order:
    values = {NAME: member.name, NUMBER: member.unsealed_id_number(), CAUSE: "graduation", DUES: month}
    values |= {HEADING: "中共邻市委组织部", DESTINATION: "邻市人才服务中心"}
    return Order(number, values, {name: str(value) for name, value in values.items()})


def _free(branch: Organization) -> Sequence[Member]:
    busy = Transfer.objects.unfinished().filter(member__isnull=False).values("member")
    rows = Member.objects.active().filter(organization=branch, posts=None, user=None).exclude(pk__in=busy)
    return list(rows.select_related("organization").order_by("pk")[: _MOVED + 4])
