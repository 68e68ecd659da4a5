"""What is too large to wait for: exports and imports run in the background and appear under 后台任务."""

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import reverse

from accounts import acting
from accounts.powers import Power
from orgs.exports import LIST_COLUMNS, book_meta, book_name, lines, note_export, organizations_under
from orgs.forms.filters import OrganizationFilter
from orgs.imports.reading import read_sheet
from orgs.models import ImportSession, Organization
from orgs.services import importing
from partyplatform import uploads
from partyplatform.excel import write_book
from partyplatform.jobs import enqueue, handler, job_of

KIND = "orgs.export"
CHECK, CONFIRM = "orgs.check_import", "orgs.confirm_import"
OUTCOMES = {
    ImportSession.State.DONE: "已全部导入。",
    ImportSession.State.CHECKED: "检查之后党组织有变化，没有导入。已重新检查，请核对后再确认。",
    ImportSession.State.FAULTY: "检查之后党组织有变化，有的行需要修改，没有导入。",
}


def start_export(current, *, by, query):
    """Enqueue the export of what `query` (the list's address) shows under `current`."""
    params = {"organization": current.pk, "query": query.urlencode()}
    return enqueue(KIND, by=by, title=f"导出党组织：{current.short_name}", params=params)


@handler(KIND)
def export(context):
    """Write the workbook. The role is loaded afresh: what it may no longer see is not in the file."""
    role = acting.load(context.role_id)
    current = Organization.objects.visible_to(role).get(pk=context.params["organization"])
    query = QueryDict(context.params["query"])
    filters = OrganizationFilter(query)
    rows = organizations_under(current, role=role, filters=filters, sort=query.get("sort", ""))
    total, name = rows.count(), book_name(current)
    note_export(current, file_name=name, rows=total, filters=filters, by=role)
    counted, meta = context.counted(lines(rows), total), book_meta(current, by=role)
    with context.result(name) as target:
        write_book(target, title="党组织", columns=LIST_COLUMNS, rows=counted, meta=meta)


def start_check(session, *, by):
    """Enqueue the check of a sheet that was kept unchecked."""
    return _start(CHECK, session, by=by, title=f"检查导入文件：{session.file_name}")


def start_confirm(session, *, by):
    """Enqueue the confirmation of a checked sheet; one that is under way already is returned as it is."""
    return _start(CONFIRM, session, by=by, title=f"{session.get_kind_display()}：{session.file_name}")


@handler(CHECK)
def check_import(context):
    role, session = _asked(context)
    context.progress(0, session.result["rows"], "正在读取工作簿")
    with uploads.open_stored(session.stored_name) as file:
        found = read_sheet(file, session.kind)
    context.progress(0, len(found.rows), "正在检查各行")
    importing.check_kept(session, found.rows, by=role, ended=lambda session: context.complete("检查完成。"))


@handler(CONFIRM)
def confirm_import(context):
    role, session = _asked(context)
    context.progress(0, session.result["rows"], "正在重新检查并写入")
    importing.confirm(
        session, by=role, reached=context.progress, ended=lambda session: context.complete(OUTCOMES[session.state])
    )


def _start(kind, session, *, by, title):
    if job := job_of(session, by=by):
        return job
    page = reverse("orgs:import_session", args=[session.uid])
    job = enqueue(kind, by=by, title=title, params={"session": str(session.uid), "page": page})
    ImportSession.objects.filter(pk=session.pk).update(job_uid=job.uid)
    return job


def _asked(context):
    """Return the role, loaded afresh, and its own session; whoever may not import any more imports nothing."""
    role = acting.load(context.role_id)
    if not role.can(Power.IMPORT_ORGS):
        raise ValidationError("当前角色已没有导入党组织的权限，没有导入。")
    own = ImportSession.objects.visible_to(role).filter(owner_uid=role.user_uid).select_related("organization")
    return role, own.defer("rows", "faults").get(uid=context.params["session"])
