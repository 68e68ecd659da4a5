"""Entering an applicant, and what is known of the person until the record takes over. Source: workflows.md 4.2."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import id_numbers
from accounts.powers import Power
from eforefront.development.chains import holder_of
from eforefront.development.states import Deed
from eforefront.development.steps import CONTINUING, FIRST, STEPS
from eforefront.models import Applicant
from eforefront.models.development import APPLICANT_ADDRESSES, APPLICANT_NUMBERS, APPLICANT_PHONES
from eforefront.services.development import advancing
from eforefront.services.development.stepping import held, refuse_ended, refuse_other_branch, rest, tell, write
from members import membership, record_checks
from members.claims import REGISTERED
from members.codes import MembershipStatus, PersonCategory
from members.models import Admission, Member
from members.services.locking import refuse_unless_receiving
from members.services.members import taken_by_another
from members.services.sections import profile_of
from orgs.models import Organization
from orgs.services.reach import hold_in_reach
from partyplatform import audit

PLAIN = ("gender", "ethnicity", "born_on", "native_place", "education", "job_post", "post")
COUNTED = ("front_line", "is_model", "is_villager")  # asked for statistics
SEALED = {"phone": APPLICANT_PHONES, "address": APPLICANT_ADDRESSES}
FIELDS = (*PLAIN, *COUNTED, *SEALED)
LABELS = {
    "name": "姓名",
    "gender": "性别",
    "ethnicity": "民族",
    "born_on": "出生日期",
    "native_place": "籍贯",
    "education": "最高学历",
    "job_post": "工作岗位",
    "post": "单位、职务或专业、班级",
    "front_line": "一线情况",
    "is_model": "先进模范人物",
    "is_villager": "在建制村",
    "phone": "联系方式",
    "address": "家庭住址",
}


@transaction.atomic
def register(
    branch: Organization,
    *,
    by: audit.ActingRole,
    name: str,
    id_number: str,
    values: Mapping[str, Any] | None = None,
    applied_on: datetime.date | None = None,
    received_by: str = "",
) -> Applicant:
    """Enter somebody who applies to a branch; with `applied_on` the application is recorded as received at once.

    Raises ValidationError by field for a branch without the module, a 身份证号 that is none, that is of a member or of
    another applicant, and for somebody under 18 on the day of the application; PermissionDenied, `OutOfReach`.
    """
    branch = hold_in_reach(branch.pk, by=by)
    if not by.can(Power.KEEP_DEVELOPMENT) or branch.pk != by.organization_id:  # type: ignore[attr-defined]
        raise PermissionDenied("申请人由所在支部的管理员登记。")
    applicant = enter(branch, by=by, name=name, id_number=id_number, values=values)
    if applied_on is not None:
        facts = {"received_by": received_by}
        try:
            return advancing.record(applicant, by=by, version=applicant.version, on=applied_on, facts=facts)
        except ValidationError as refusal:
            raise ValidationError({"applied_on": refusal.messages}) from None
    return applicant


@transaction.atomic
def enter(
    branch: Organization,
    *,
    by: audit.ActingRole,
    name: str,
    id_number: str,
    values: Mapping[str, Any] | None = None,
) -> Applicant:
    """Make the row of an applicant whose application the branch has still to look at. The caller has locked the
    branch and asked for the right. Raises ValidationError by field as `register` does."""
    refuse_undeveloping(branch)
    number = id_numbers.normalise(id_number)
    applicant = Applicant(organization=branch, step=FIRST, stage=STEPS[FIRST].stage)
    _put(applicant, {"name": name, **(values or {})})
    faults = _faults(applicant, number)
    if problem := id_numbers.problem(number, today=timezone.localdate()) or _taken(number, by=by):
        faults["id_number"] = problem
    if faults:
        raise ValidationError(faults)
    applicant.seal_id_number(number)
    applicant.holder = holder_of(FIRST, branch)
    applicant.full_clean(exclude=["organization", "holder", "member", "user"])
    applicant.save(force_insert=True)
    write(applicant, Deed.BEGIN, by=by, on=timezone.localdate(), label="登记申请人")
    tell(applicant, "register_applicant", by=by, changes=[["姓名", "", applicant.name]])
    return applicant


@transaction.atomic
def correct(applicant: Applicant, *, by: audit.ActingRole, version: int, values: Mapping[str, Any]) -> Applicant:
    """Change what is known of an applicant; behind the approval the record of the member says it.

    Sealed values come in clear, and only when they are to be replaced.
    """
    applicant = held(applicant, by=by, version=version)
    refuse_ended(applicant)
    refuse_other_branch(applicant, by=by)
    if applicant.member_id is not None:
        raise ValidationError("已建立党员记录，请在党员信息中维护")
    before = _shown(applicant)
    _put(applicant, values)
    if faults := _faults(applicant, applicant.unsealed_id_number()):
        raise ValidationError(faults)
    applicant.full_clean(exclude=["organization", "holder", "member", "user"])
    told = [[LABELS[name], before[name], now] for name, now in _shown(applicant).items() if now != before[name]]
    told += [[LABELS[name], "", "（已更改）"] for name in SEALED if values.get(name)]
    if not told:
        return applicant
    applicant.version += 1
    applicant.save()
    names = "、".join(label for label, *_ in told)
    write(applicant, Deed.CORRECT, by=by, on=timezone.localdate(), label=f"更正：{names}")
    tell(applicant, "correct_applicant", by=by, changes=told)
    return applicant


@transaction.atomic
def begin_probation(member: Member, *, by: audit.ActingRole) -> Applicant:
    """Let somebody who is 预备党员 in the records already go through steps 21 to 25.

    Raises ValidationError for anybody else, without 入党日期, or with a development under way.
    """
    branch = hold_in_reach(member.organization_id, by=by)
    member = Member.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk)
    if not by.can(Power.KEEP_DEVELOPMENT) or member.organization_id != by.organization_id:  # type: ignore[attr-defined]
        raise PermissionDenied("由预备党员所在支部的管理员登记。")
    refuse_undeveloping(branch)
    if member.category != PersonCategory.PROBATIONARY or member.status != MembershipStatus.NORMAL:
        raise ValidationError(f"{member.name}不是在册的预备党员")
    if member.joined_on is None:
        raise ValidationError("请先在党员信息中补全入党日期")
    if Applicant.objects.open().filter(member=member).exists():
        raise ValidationError(f"{member.name}的发展党员记录正在办理")
    profile = profile_of(member)
    applicant = Applicant(
        organization=branch,
        holder=branch,
        member=member,
        step=CONTINUING,
        began_at=CONTINUING,
        stage=STEPS[CONTINUING].stage,
        joined_on=member.joined_on,
        probation_ends_on=membership.end_of(member, profile),
        is_extended=bool(profile.probation_months),
        **{field: getattr(member, field) for field in ("name", "gender", "born_on", "ethnicity")},
    )
    applicant.save(force_insert=True)
    rest(applicant)
    write(applicant, Deed.BEGIN, by=by, on=timezone.localdate(), label="登记已有的预备党员")
    tell(applicant, "register_probation", by=by, changes=[["姓名", "", applicant.name]])
    return applicant


def refuse_undeveloping(branch: Organization) -> None:
    """Only living branches with the module, neither temporary nor functional, develop (workflows.md 2.5)."""
    refuse_unless_receiving(branch)
    if not branch.may_develop:
        raise ValidationError(f"“{branch.short_name}”没有开通发展党员模块，请联系上级党组织")


def _put(applicant: Applicant, values: Mapping[str, Any]) -> None:
    for field, value in values.items():
        if field in SEALED:
            if value:
                SEALED[field].put(applicant, value)
        elif field in (*PLAIN, *COUNTED, "name"):
            setattr(applicant, field, value if value is not None or field == "born_on" else "")


def _faults(applicant: Applicant, number: str) -> dict[str, str]:
    """What a member's record would be refused for is refused here already; age is a matter of the first step."""
    today = timezone.localdate()
    person = Member(category=PersonCategory.PROBATIONARY, name=applicant.name)
    for field in PLAIN[:-1]:
        setattr(person, field, getattr(applicant, field))
    usable = "" if id_numbers.problem(number, today=today) else number
    return record_checks.faults(person, today=today, id_number=usable)


def _taken(number: str, *, by: audit.ActingRole) -> str:
    """Return what is said when the number is a member's, another applicant's, or in a 补录申请 that waits."""
    if problem := taken_by_another(Member(), number, by=by):
        return problem
    APPLICANT_NUMBERS.claim(number)
    if Admission.objects.waiting().with_id_number(number).exists():
        return REGISTERED
    return ""


def _shown(applicant: Applicant) -> dict[str, str]:
    found = {name: getattr(applicant, name) for name in ("name", *PLAIN, *COUNTED)}
    return {name: "是" if value is True else str(value or "") for name, value in found.items()}
