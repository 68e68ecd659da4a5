"""补录申请: writing one, handing it in, deciding it; nothing else assigns its state. Source: workflows.md 9."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts import id_numbers
from accounts.powers import Power
from members import admissions as rules
from members import record_checks
from members.admissions import DEVELOPED, EDITABLE, OTHERWISE, STEPS, WAITING, AdmissionState, Side, Step, steps_open
from members.claims import REGISTERED
from members.models import Admission, Member, MemberProfile
from members.models.admissions import NUMBERS
from members.services import members as roll
from members.services import records
from members.services.accounts import account_of
from members.services.locking import refuse_unless_receiving
from members.services.scans import attach
from orgs.codes import COMMITTEES
from orgs.models import Organization
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit
from partyplatform.ui.stale import Stale


@transaction.atomic
def save(
    admission: Admission | None,
    *,
    by: audit.ActingRole,
    organization: Organization,
    add_kind: str,
    category: str,
    name: str,
    id_number: str,
    values: Mapping[str, Any],
    checked: str = "",
    reason: str = "",
    version: int = 0,
    scan: UploadedFile | None = None,
) -> Admission:
    """Write a draft, or change one and one that was returned. It may still lack what `submit` asks for.

    `values` holds {field of an Item: value}. Raises ValidationError by field, `Stale`, `OutOfReach`.
    """
    organization = hold_in_reach(organization.pk, by=by)
    admission = _draft(admission, by=by, version=version)
    faults = _faults_of_place(organization, add_kind) | _faults_of_number(id_number)
    faults |= {k: v for k, v in _faults_of_person(name, category, id_number, values).items() if k not in faults}
    if faults:
        raise ValidationError(faults)
    admission.organization, admission.add_kind, admission.category = organization, add_kind, category
    admission.name, admission.checked, admission.reason = name, checked, reason
    if id_number:
        admission.seal_id_number(id_number)
    admission.seal_values(dict(values))
    admission.full_clean(exclude=["organization", "asking_organization", "decider", "member"])
    admission.save()
    if scan is not None:
        attach(scan, admission=admission, by=by)
    _record(by, admission, "members.save_admission", before="", after=admission.get_state_display())
    return admission


@transaction.atomic
def advance(
    admission: Admission, verb: str, *, by: audit.ActingRole, version: int, answer: str = "", counted_as: str = ""
) -> Admission:
    """Take one step of the table. `counted_as` is asked of whoever admits somebody entered late: the row of 党内统计
    the person truly belongs to.

    Raises `Stale` with who and when after another decision, PermissionDenied for a step of another side,
    ValidationError for what is missing or wrong.
    """
    hold_in_reach(admission.organization_id, by=by)
    admission = Admission.objects.select_for_update(of=("self",)).get(pk=admission.pk)
    if admission.version != version:
        raise overtaken(admission)
    step = next((step for step in open_steps(admission, by) if step.verb == verb), None)
    if step is None:
        if not any(step.verb == verb and admission.state in step.source for step in STEPS):
            raise overtaken(admission)
        raise PermissionDenied(_elsewhere(admission, by))
    if step.reason and not answer:
        raise ValidationError({"answer": f"请填写{step.label}原因"})
    if step.verb == "admit" and admission.add_kind == OTHERWISE:
        if not counted_as:
            raise ValidationError({"counted_as": "请选择统计口径：补录人员按实际情况计入党内统计"})
        admission.counted_as = counted_as
    before = admission.get_state_display()
    _apply(admission, step, by=by)
    admission.state, admission.answer, admission.decided_by = step.target, answer, signature(by)
    admission.decider = _decider(admission)
    admission.version += 1
    admission.save()
    _record(by, admission, f"members.{verb}_admission", before=before, after=admission.status.label, reason=answer)
    return admission


@transaction.atomic
def admit_from_development(
    organization: Organization,
    *,
    name: str,
    id_number: str,
    values: Mapping[str, Any],
    development: str,
    by: audit.ActingRole,
    on: datetime.date | None = None,
    profile: Mapping[str, str] | None = None,
) -> Member:
    """Enter a 预备党员 whose development ended on the platform; the approval given there stands for both reviews.

    `values` holds {field of an Item: value}, 入党日期 among them; `development` is the number of the development,
    `profile` what 党籍信息 is to say (`MemberProfile`), `on` the day of the approval (today if none is named): from
    then on the figures count the member, of a closed period from the first day after it. The application is kept as
    one that was admitted. Raises ValidationError as `advance` does.
    """
    organization = hold_in_reach(organization.pk, by=by)
    admission = Admission(
        organization=organization,
        asking_organization=organization,
        add_kind=DEVELOPED,
        category="2",
        name=name,
        development=development,
        reason="发展党员线上办理",
        asked_by=signature(by),
        asker_uid=str(by.user_uid),
        decided_by=signature(by),
        state=AdmissionState.ADMITTED,
    )
    admission.seal_id_number(id_numbers.normalise(id_number))
    admission.seal_values(dict(values))
    admission.member = _enter(admission, on=on, by=by)
    MemberProfile.objects.filter(member=admission.member).update(**profile or {})
    admission.save(force_insert=True)
    _record(by, admission, "members.admit_admission", before="", after=admission.get_state_display())
    return admission.member


def open_steps(admission: Admission, by: audit.ActingRole) -> list[Step]:
    """Return what a role that reaches the branch may do with an application now."""
    return steps_open(admission.state, sides(admission, by), last=is_last_review(admission))


def sides(admission: Admission, by: audit.ActingRole) -> set[Side]:
    """Return on which sides a role stands. Nobody decides about what they handed in, and nobody decides twice."""
    found = set()
    own = (admission.asking_organization_id, admission.organization_id)
    if by.organization_id in own and by.can(Power.ASK_ADMISSION):  # type: ignore[attr-defined]
        found.add(Side.OWN)
    decides = admission.decider_id is not None and by.can(Power.DECIDE_ADMISSION)  # type: ignore[attr-defined]
    if (
        decides
        and by.user_uid not in (str(admission.asker_uid), str(admission.reviewer_uid))
        and _reaches(by, admission.decider_id)
    ):
        found.add(Side.DECIDER)
    return found


def is_last_review(admission: Admission) -> bool:
    """Whether nobody reviews after the present decider."""
    if admission.state == AdmissionState.REVIEWED or admission.development:
        return True
    return admission.decider_id is None or _committee_above(admission.decider_id) is None


def is_single(admission: Admission) -> bool:
    """Whether there is one review only."""
    first = _committee_above(admission.organization_id)
    return bool(admission.development) or first is None or _committee_above(first.pk) is None


def problems(admission: Admission, *, by: audit.ActingRole) -> dict[str, str]:
    """Return {field of the form: why an application cannot be handed in, or admitted, as it stands}."""
    values, number = admission.values, admission.unsealed_id_number()
    found = {field: f"请填写{label}" for field, label in rules.missing(values, admission.category).items()}
    found |= {} if admission.checked else {"checked": "请填写核查情况"}
    found |= {} if admission.reason else {"reason": "请填写补录原因"}
    found |= _faults_of_place(admission.organization, admission.add_kind)
    found |= _faults_of_person(admission.name, admission.category, number, values)
    if taken := _taken(admission, number, by=by) if number else "请填写公民身份证号":
        found["id_number"] = taken
    return found if admission.scans.exists() else found | {"scan": "请上传签字盖章的证明材料"}


def overtaken(admission: Admission) -> Stale:
    """Return the conflict with whoever acted meanwhile, and when."""
    changed = [("状态", "打开页面时的状态", admission.get_state_display())]
    return Stale(changed, who=admission.decided_by or admission.asked_by, when=admission.updated_at)


def route(organizations: Iterable[int]) -> None:
    """Let the committees that stand above now decide about what waits below; after an organisation moved."""
    for admission in Admission.objects.waiting().filter(organization__in=organizations).select_for_update():
        admission.decider = _decider(admission)
        admission.save(update_fields=["decider"])


def _draft(admission: Admission | None, *, by: audit.ActingRole, version: int) -> Admission:
    if admission is None:
        asked = {"asked_by": signature(by), "asker_uid": str(by.user_uid)}
        return Admission(asking_organization_id=by.organization_id, **asked)  # type: ignore[misc]
    stored = Admission.objects.select_for_update(of=("self",)).get(pk=admission.pk)
    if stored.version != version or stored.state not in EDITABLE:
        raise overtaken(stored)
    stored.version += 1
    stored.asked_by, stored.asker_uid = signature(by), by.user_uid  # type: ignore[assignment]
    return stored


def _apply(admission: Admission, step: Step, *, by: audit.ActingRole) -> None:
    if step.verb in ("submit", "pass") and (found := problems(admission, by=by)):
        raise ValidationError(found)
    if step.verb == "submit":
        admission.asked_by, admission.asker_uid = signature(by), by.user_uid  # type: ignore[assignment]
        admission.reviewer_uid = None
    if step.verb == "pass":
        admission.reviewer_uid = by.user_uid  # type: ignore[assignment]
    if step.verb == "admit":
        admission.member = _enter(admission, by=by)


def _enter(admission: Admission, *, by: audit.ActingRole, on: datetime.date | None = None) -> Member:
    """Enter the person into the branch, with the account and 增加方式."""
    label = dict(rules.KINDS)[admission.add_kind]
    words = {"cause": label, "kind": admission.add_kind, "reason": admission.reason[:200]}
    words["counted_as"] = admission.counted_as
    member = roll.admit(
        admission.organization,
        name=admission.name,
        id_number=admission.unsealed_id_number(),
        category=admission.category,
        values=admission.values,
        on=on,
        by=by,
        **words,
    )
    MemberProfile.objects.create(member=member, joining_kind=admission.add_kind)
    member.user = account_of(member, by=by)
    return member


def _faults_of_place(organization: Organization, add_kind: str) -> dict[str, str]:
    try:
        refuse_unless_receiving(organization)
    except ValidationError as refusal:
        return {"code": "；".join(refusal.messages)}
    if add_kind == DEVELOPED and not organization.may_develop:
        return {"add_kind": f"{organization.short_name}没有发展党员权限，不能按“新发展”办理"}
    return {}


def _faults_of_number(number: str) -> dict[str, str]:
    problem = id_numbers.problem(number, today=timezone.localdate()) if number else ""
    return {"id_number": problem} if problem else {}


def _faults_of_person(name: str, category: str, number: str, values: Mapping[str, Any]) -> dict[str, str]:
    wanted = Member(name=name, category=category)
    records.put(wanted, {field: value for field, value in values.items() if field not in records.SEALED})
    usable = number if not _faults_of_number(number) else ""
    return record_checks.faults(wanted, today=timezone.localdate(), id_number=usable)


def _taken(admission: Admission, number: str, *, by: audit.ActingRole) -> str:
    """Return what is said when the number is somebody's already, or in another application that waits."""
    if problem := roll.taken_by_another(Member(), number, by=by):
        return problem
    NUMBERS.claim(number)
    others = Admission.objects.waiting().with_id_number(number).exclude(pk=admission.pk)
    if not others.exists():
        return ""
    return "该身份证号已有补录申请在审核" if others.visible_to(by).exists() else REGISTERED


def _decider(admission: Admission) -> Organization | None:
    if admission.state not in WAITING:
        return None
    first = _committee_above(admission.organization_id)
    if admission.state == AdmissionState.SUBMITTED or first is None:
        return first or Organization.objects.above(admission.organization_id).first()
    return _committee_above(first.pk) or first


def _committee_above(organization_id: int) -> Organization | None:
    chain = Organization.objects.above(organization_id).filter(org_type__in=COMMITTEES)
    return chain.order_by("-level").first()


def _reaches(by: audit.ActingRole, organization_id: int | None) -> bool:
    return Organization.objects.visible_to(by).filter(pk=organization_id).exists()


def _elsewhere(admission: Admission, by: audit.ActingRole) -> str:
    if str(admission.asker_uid) == by.user_uid:
        return "自己提交的申请须由其他管理员审核。"
    if str(admission.reviewer_uid) == by.user_uid and admission.state == AdmissionState.REVIEWED:
        return "您已审核过该申请，上级审核须由其他管理员办理。"
    place = admission.decider.short_name if admission.decider else admission.asking_organization.short_name
    return f"该申请由“{place}”办理，当前角色不能办理。"


def _record(
    by: audit.ActingRole, admission: Admission, action: str, *, before: str, after: str, reason: str = ""
) -> None:
    changes = [["补录申请", before, after]]
    audit.record(by, action, admission, organization=admission.organization_id, changes=changes, reason=reason)


def lateness(admission: Admission, today: datetime.date) -> str:
    """Return the warning about a 新发展 member handed in late, "" for others. Source: workflows.md 9."""
    if admission.add_kind == DEVELOPED and rules.is_late(admission.values.get("joined_on"), today):
        return "支部大会通过入党已超过 9 个月，请核对入党日期和上报时间"
    return ""
