"""Large sheets are checked, brought in and taken back in the background, and appear under 后台任务."""

from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import acting
from accounts.powers import Power
from members.models import MemberImport
from members.services import importing
from partyplatform.jobs import enqueue, handler, job_of

CHECK, CONFIRM, UNDO = "members.check_import", "members.confirm_import", "members.undo_import"
TITLES = {CHECK: "检查新增人员信息表", CONFIRM: "新增党员导入", UNDO: "撤销新增党员导入"}
CHANGED_MEANWHILE = "检查之后有变化，没有导入。已重新检查，请核对后再确认。"
FAULTY_MEANWHILE = "检查之后有变化，有的行需要修改，没有导入。"
OUTCOMES = {
    MemberImport.State.DONE: "已全部导入。",
    MemberImport.State.CHECKED: CHANGED_MEANWHILE,
    MemberImport.State.FAULTY: FAULTY_MEANWHILE,
}


def start(kind, session, *, by, **params):
    """Enqueue the work on a session; what is under way already is returned as it is."""
    if job := job_of(session, by=by):
        return job
    page = reverse("members:import_session", args=[session.uid])
    title = f"{TITLES[kind]}：{session.file_name}"
    job = enqueue(kind, by=by, title=title, params={"session": str(session.uid), "page": page, **params})
    MemberImport.objects.filter(pk=session.pk).update(job_uid=job.uid)
    return job


@handler(CHECK)
def check_import(context):
    role, session = _asked(context)
    context.progress(0, session.result["rows"], "正在检查各行")
    importing.check_kept(session, by=role, ended=lambda session: context.complete("检查完成。"))


@handler(CONFIRM)
def confirm_import(context):
    role, session = _asked(context)
    context.progress(0, session.result["rows"], "正在重新检查并写入")
    importing.confirm(
        session, by=role, reached=context.progress, ended=lambda session: context.complete(OUTCOMES[session.state])
    )


@handler(UNDO)
def undo_import(context):
    role, session = _asked(context)
    context.progress(0, session.result["rows"], "正在撤销")
    reason = context.params["reason"]
    importing.undo(session, by=role, reason=reason, ended=lambda session: context.complete("撤销完成。"))


def _asked(context):
    """Return the role, loaded afresh, and the session; whoever may not import any more imports nothing."""
    role = acting.load(context.role_id)
    if not role.can(Power.IMPORT_MEMBERS):
        raise ValidationError("当前角色已没有新增党员导入的权限，没有办理。")
    rows = MemberImport.objects.open_to(role).select_related("organization")
    return role, rows.get(uid=context.params["session"])
