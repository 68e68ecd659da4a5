"""后台任务: one's own jobs, their progress and their results."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView

from partyplatform.ui.columns import Column
from partyplatform.ui.tables import ListPage
from partyplatform.ui.views import Scoped, get_visible, needs

from . import queue, results
from .models import Job

OTHER_ROLE = "该任务以“{role}”的身份提交。请先切换到该角色，再下载结果或重试。"
SANDBOX = "sandbox; default-src 'none'"
CONTENT_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}

COLUMNS = (
    Column("任务", "title", link="get_absolute_url"),
    Column("状态", "status", kind="tag"),
    Column("进度", "percent", cell="jobs/_percent.html"),
    Column("提交时间", "created_at", kind="date", fold=True),
    Column("大小", "result_size", cell="jobs/_size.html", fold=True),
    Column("操作", "uid", cell="jobs/_verbs.html"),
)


class JobList(Scoped, ListPage):
    model = Job
    needs = None
    columns = COLUMNS
    template_name = "jobs/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waits = any(job.is_open for job in self.object_list)
        return super().get_context_data(waits=waits, **kwargs)


class JobDetail(Scoped, DetailView):
    model = Job
    needs = None
    slug_field = slug_url_kwarg = "uid"
    template_name = "jobs/detail.html"


class JobProgress(JobDetail):
    """The state alone, asked for every second by the page itself while the job is under way."""

    template_name = "jobs/_progress.html"
    keeps_session_alive = False


@require_safe
@needs(None)
def download(request: Any, uid: UUID) -> FileResponse:
    job = get_visible(Job, request.role, uid=uid)
    file = results.opened(job)
    if file is None:
        raise Http404
    _refuse_other_role(job, request)
    kind = next((kind for ending, kind in CONTENT_TYPES.items() if job.result_name.endswith(ending)), None)
    return FileResponse(
        file,
        as_attachment=True,
        filename=job.result_name,
        content_type=kind or "application/octet-stream",
        headers={"Content-Security-Policy": SANDBOX, "X-Content-Type-Options": "nosniff"},
    )


@require_POST
@needs(None)
def cancel(request: Any, uid: UUID) -> HttpResponse:
    job = get_visible(Job, request.role, uid=uid)
    if queue.cancel(job):
        messages.success(request, f"已取消“{job.title}”")
    else:
        messages.info(request, f"“{job.title}”已经结束，无需取消")
    return redirect(job)


@require_POST
@needs(None)
def retry(request: Any, uid: UUID) -> HttpResponse:
    job = get_visible(Job, request.role, uid=uid)
    _refuse_other_role(job, request)
    if queue.retry(job):
        messages.success(request, f"“{job.title}”已重新排队")
    else:
        messages.info(request, f"“{job.title}”正在办理或已有结果，无需重试")
    return redirect(job)


def _refuse_other_role(job: Job, request: Any) -> None:
    """Keep what one role may see from the person's other roles, and from everybody once that role is withdrawn."""
    if job.role_id != request.role.pk:
        raise PermissionDenied(OTHER_ROLE.format(role=job.role_label))
