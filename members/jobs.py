"""What is too large to wait for: exports, and scoring all records anew; listed under 后台任务."""

import datetime
from itertools import groupby

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse

from accounts import acting
from members import export_sources
from members.columns import shown_columns
from members.exports import book_meta, book_name, lines, members_in_full, members_under
from members.forms.filters import MemberFilter
from members.full_columns import FULL_COLUMNS, full_lines
from members.models import ExportRequest, Member, RuleVersion
from members.services import checking, full_exports, rescoring
from orgs.codes import BRANCHES
from orgs.models import Organization
from orgs.services import exporting
from partyplatform import audit
from partyplatform.excel import write_book, write_sheets
from partyplatform.jobs import enqueue, handler
from partyplatform.jobs.models import Job

KIND = "members.export"
RESCORE = "members.rescore"
SUPERSEDED = "已启用更新的完整度规则，由新规则的任务继续计算。"
FULL_KEPT = datetime.timedelta(hours=24)  # a file with full numbers
MOST_SHEETS = 200
RECHECK = "members.recheck"


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
        write_book(target, title="党员", columns=shown_columns(role.user), rows=counted, meta=meta)


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


def refuse_many_sheets(organization, *, by):
    """Raise ValidationError when a sheet for each branch would be too many."""
    branches = Organization.objects.visible_to(by).within(organization.pk).living().filter(org_type__in=BRANCHES)
    if branches[: MOST_SHEETS + 1].count() > MOST_SHEETS:
        raise ValidationError({"by_branch": f"党支部超过 {MOST_SHEETS} 个，请按下级党组织分别导出，或不分工作表"})


@handler(full_exports.KIND)
def export_full(context):
    """Write full records for the one who asked. The role, the request and the number of rows are looked at afresh."""
    own = ExportRequest.objects.filter(owner_uid=context.owner_uid)
    request = own.select_related("organization").get(uid=context.params["request"])
    role, organization = full_exports.requester(request), request.organization
    query = QueryDict(full_exports.query_of(request), mutable=True)
    if request.by_branch:
        query.pop("sort", None)  # a sheet holds what follows each other in the tree
    rows, columns, lines_of = _full_rows(request, query, role)
    total, name = rows.order_by().count(), f"全项_{book_name(organization)}"
    full_exports.refuse_more(request, total)
    meta = book_meta(organization, by=role) | {"用途": request.reason}
    with context.result(name, is_secret=True) as target:
        sheets = _sheets(request, context.counted(lines_of(rows), total))
        write_sheets(target, sheets=sheets, columns=columns, meta=meta)
    context.keep_for = FULL_KEPT
    with transaction.atomic():
        context.complete()
        fields = "、".join(column.label for column in columns)
        full_exports.note(request, file_name=name, rows=total, fields=fields, by=role)


def _full_rows(request, query, role):
    """Return the rows of a request, their columns, and how they become lines."""
    if source := export_sources.find(query):
        return source.rows(query, role), source.columns(query, role), lambda rows: source.lines(rows, query, role)
    filters = MemberFilter(query)
    rows = members_in_full(request.organization, role=role, filters=filters)
    return rows, FULL_COLUMNS, lambda found: full_lines(lines(found, filters))


def _sheets(request, counted):
    """Return (title, rows) of each sheet."""
    if not request.by_branch:
        return [("党员", counted)]
    branches = groupby(counted, key=lambda line: line.member.organization)
    return ((branch.short_name, members) for branch, members in branches)


def start_recheck(*, by):
    """Enqueue 重新校核 of every record in reach of a role."""
    return enqueue(RECHECK, by=by, title="重新校核党员信息", params={})


@handler(RECHECK)
def recheck(context):
    """Look at every record anew, by the reach the role has when the job runs."""
    rows = Member.objects.visible_to(acting.load(context.role_id))
    total = rows.enrolled().count()
    for done in checking.recheck(rows):
        context.progress(done, total)
