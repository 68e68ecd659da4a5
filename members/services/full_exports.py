"""全项导出: asked for with a reason; beyond 500 rows a second administrator decides. Source: security.md 44."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from accounts import acting
from accounts.models import RoleGrant, User
from accounts.powers import Power
from members.models import ExportRequest
from members.models.export_requests import EXPORT_QUERIES
from orgs.models import Organization
from partyplatform import audit
from partyplatform.jobs import enqueue
from partyplatform.jobs.models import Job
from partyplatform.ui.stale import Stale

ALONE = 500  # rows that nobody else has to agree to, of one person within a day
DAY = datetime.timedelta(hours=24)
WAITS = datetime.timedelta(days=7)  # for the decision, and then for the file to be made
GROWTH = 1.1  # what may have been added since the request

State = ExportRequest.State
KIND = "members.export_full"  # of the job


@transaction.atomic
def ask(
    organization: Organization, *, query: str, described: str, rows: int, by_branch: bool, reason: str, by: RoleGrant
) -> ExportRequest:
    """Ask for the full records of what a list shows; up to 500 rows a day the request is good at once.

    `query` is the address of the list with what was searched for. Raises ValidationError for an empty list.
    """
    if not rows:
        raise ValidationError("没有符合条件的党员，无需导出")
    User.objects.select_for_update(no_key=True).get(pk=by.user_id)  # two requests of one person are counted in turn
    request = ExportRequest(
        state=State.WAITING if needs_second(rows, by=by) else State.APPROVED,
        organization=organization,
        place_id=by.organization_id,
        owner_uid=by.user_uid,
        owner_name=by.user_name,
        role_id=by.pk,
        role_label=by.label[:200],
        described=described[:500],
        rows=rows,
        by_branch=by_branch,
        reason=reason,
        expires_at=timezone.now() + WAITS,
    )
    EXPORT_QUERIES.put(request, query)
    request.save(force_insert=True)
    changes = [("人数", "", str(rows)), ("筛选条件", "", described or "无")]
    audit.record(by, "members.ask_export", request, organization=organization.pk, changes=changes, reason=reason)
    return request


def needs_second(rows: int, *, by: RoleGrant) -> bool:
    """Whether somebody else has to agree: many small requests let as much out as a large one."""
    alone = ExportRequest.objects.filter(owner_uid=by.user_uid, state=State.APPROVED, decider_uid=None)
    lately = alone.filter(created_at__gt=timezone.now() - DAY).aggregate(rows=Sum("rows"))["rows"] or 0
    return lately + rows > ALONE


@transaction.atomic
def decide(request: ExportRequest, *, approve: bool, remark: str, by: RoleGrant) -> ExportRequest:
    """Let a waiting request pass, or send it back with a reason.

    Raises ValidationError for one's own request, one that nobody decided in time, a missing reason and a requester
    who may not export any more; `Stale` when somebody else was faster.
    """
    stored = ExportRequest.objects.select_for_update(of=("self",)).select_related("organization").get(pk=request.pk)
    if stored.state != State.WAITING:
        mine = "批准" if approve else "退回"
        raise Stale([("审批", mine, stored.get_state_display())], who=stored.decider_name, when=stored.decided_at)
    if str(stored.owner_uid) == str(by.user_uid):
        raise ValidationError("不能审批本人的申请，请由同级或上级的其他管理员办理")
    if stored.is_over:
        raise ValidationError("申请已过期，请申请人重新提出")
    if not approve and not remark:
        raise ValidationError({"remark": "请填写退回原因"})
    if approve:
        requester(stored)
    stored.state, stored.remark = (State.APPROVED if approve else State.REFUSED), remark
    stored.decider_uid, stored.decider_name, stored.decider_label = by.user_uid, by.user_name, by.label[:200]
    stored.decided_at = timezone.now()
    stored.expires_at = stored.decided_at + WAITS
    stored.save()
    action = "members.approve_export" if approve else "members.refuse_export"
    changes = [("申请人", "", stored.owner_name), ("人数", "", str(stored.rows))]
    audit.record(
        by, action, stored, organization=stored.organization_id, changes=changes, reason=remark or stored.reason
    )
    return stored


def requester(request: ExportRequest) -> RoleGrant:
    """Return the role the request was made in, as it is now; raises ValidationError when it may not export any more."""
    try:
        role = acting.load(request.role_id)
    except RoleGrant.DoesNotExist:
        raise ValidationError("申请人的角色已失效，不能导出") from None
    if not role.can(Power.EXPORT_MEMBERS_FULL):
        raise ValidationError("申请人已没有全项导出的权限")
    if not Organization.objects.visible_to(role).filter(pk=request.organization_id).exists():
        raise ValidationError("导出范围已不在申请人的管理范围内")
    return role


def start(request: ExportRequest) -> Job:
    """Enqueue a request that is good, as a job of whoever made it."""
    role = requester(request)
    params = {"request": str(request.uid), "page": request.get_absolute_url()}
    job = enqueue(KIND, by=role, title=str(request), params=params)
    ExportRequest.objects.filter(pk=request.pk).update(job_uid=job.uid)
    request.job_uid = job.uid
    return job


def query_of(request: ExportRequest) -> str:
    return EXPORT_QUERIES.text(request)


def refuse_more(request: ExportRequest, rows: int) -> None:
    """Raise ValidationError unless this request lets so many rows out now."""
    if request.state != State.APPROVED:
        raise ValidationError("申请没有批准，没有导出。")
    if request.exported_at is not None:
        raise ValidationError("该申请已经导出过，如需再次导出请重新申请。")
    if request.expires_at <= timezone.now():
        raise ValidationError("申请已过期，请重新提出。")
    if rows > max(int(request.rows * GROWTH), 1) or (rows > ALONE and not request.decider_uid):
        raise ValidationError("符合条件的人数比申请时多，请重新申请。")


def note(request: ExportRequest, *, file_name: str, rows: int, fields: str, by: RoleGrant) -> None:
    """Write down that full records left; the last statement of the transaction that hands the file over."""
    ExportRequest.objects.filter(pk=request.pk).update(exported_at=timezone.now())
    approved = (
        f"{request.decider_name}（{request.decider_label}）" if request.decider_uid else f"{ALONE} 行以内，无需审批"
    )
    pairs = {
        "文件": file_name,
        "行数": str(rows),
        "筛选条件": request.described or "无",
        "项目": fields,
        "审批": approved,
    }
    changes = [(label, "", value) for label, value in pairs.items()]
    audit.record(
        by, "members.export_full", request, organization=request.organization_id, changes=changes, reason=request.reason
    )


def todos(role: RoleGrant) -> list[QuerySet[ExportRequest]]:
    """The requests that wait for this role."""
    return [ExportRequest.objects.decidable_by(role)] if role.can(Power.DECIDE_EXPORTS) else []
