"""What is too large to wait for: exports, and scoring all records anew; listed under 后台任务."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse

from accounts import acting
from accounts.powers import Power
from members.exports import MEMBER_COLUMNS, book_meta, book_name, lines, members_under
from members.forms.filters import MemberFilter
from members.models import Batch, RuleVersion
from members.services import batches, rescoring
from orgs.models import Organization
from orgs.services import exporting
from partyplatform import audit
from partyplatform.excel import write_book
from partyplatform.jobs import enqueue, handler
from partyplatform.jobs.models import Job

KIND = "members.export"
RESCORE = "members.rescore"
SUPERSEDED = "已启用更新的完整度规则，由新规则的任务继续计算。"
BATCH = "members.batch"


def start_export(organization, *, by, query):
    """Enqueue the export of what `query` (the list's address) shows under an organisation."""
    params = {"organization": organization.pk, "query": query.urlencode()}
    return enqueue(KIND, by=by, title=f"导出党员：{organization.short_name}", params=params)


@handler(KIND)
def export(context):
    """Write the workbook. The role is loaded afresh: whom it may no longer see is not in the file."""
    role = acting.load(context.role_id)
    organization = Organization.objects.visible_to(role).get(pk=context.params["organization"])
    filters = MemberFilter(QueryDict(context.params["query"]))
    rows = members_under(organization, role=role, filters=filters)
    total, name = rows.count(), book_name(organization)
    exporting.note(
        organization, action="members.export", file_name=name, rows=total, filters=filters.described(), by=role
    )
    counted, meta = context.counted(lines(rows, filters), total), book_meta(organization, by=role)
    with context.result(name) as target:
        write_book(target, title="党员", columns=MEMBER_COLUMNS, rows=counted, meta=meta)


def start_rescoring(version, *, by):
    """Enqueue the scoring anew by a version, from where it was left; one that is under way is returned as it is."""
    if job := rescoring_job(version):
        return job
    title = f"重新计算信息完整度（规则第 {version.pk} 版）"
    job = enqueue(RESCORE, by=by, title=title, params={"version": version.pk, "page": reverse("members:rules")})
    version.job_uid = job.uid
    version.save(update_fields=["job_uid"])
    return job


def rescoring_job(version):
    """Return the job that scores by a version at present, whoever started it, or None."""
    return Job.objects.open().filter(kind=RESCORE, uid=version.job_uid).first()


@handler(RESCORE)
def rescore(context):
    """Score all records by a version. It stands for the platform, so no role is asked for again."""
    version = RuleVersion.objects.get(pk=context.params["version"])
    try:
        changed = rescoring.rescore(version, reached=context.progress)
    except rescoring.Superseded:
        raise ValidationError(SUPERSEDED) from None
    with transaction.atomic():
        rescoring.finish(version)
        context.complete(f"全部党员已按新规则重新计算，{changed} 名党员的信息完整度有变化。")
        changes = [["完整度有变化的党员", "", f"{changed} 名"]]
        audit.record(audit.SYSTEM, "members.rescore", version, organization=context.organization_id, changes=changes)


def start_batch(batch, *, by):
    """Enqueue a batch that was confirmed just now."""
    params = {"batch": str(batch.uid), "page": batch.get_absolute_url()}
    job = enqueue(BATCH, by=by, title=str(batch), params=params)
    Batch.objects.filter(pk=batch.pk).update(job_uid=job.uid)
    return job


@handler(BATCH)
def carry_out_batch(context):
    """Change the records one by one; a run that died goes on where it ended."""
    role = acting.load(context.role_id)
    if not role.can(Power.EDIT_MEMBER):
        raise ValidationError("当前角色已没有维护党员信息的权限，没有修改。")
    batch = Batch.objects.visible_to(role).get(uid=context.params["batch"])
    batches.run(batch, by=role, reached=context.progress)
    context.complete("已办理，请查看结果。")
