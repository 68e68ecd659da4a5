"""Pages that say something went wrong, all in one look; none of them touches the database or the session."""

import sys
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

from partyplatform.locks import Busy
from partyplatform.requestinfo import request_number
from partyplatform.uploads import InsufficientStorage, StorageAway, spoken

from . import denials
from .context import frame

RETRY_AFTER = 10  # seconds
NOT_THE_DATABASES_FAULT = ("no such ", "near ", "no query", "unrecognized token")  # SQLite says so of wrong SQL


@dataclass(frozen=True)
class Trouble:
    """What a page of a status says: the fact, then the way on."""

    title: str
    text: str


TROUBLES = {
    400: Trouble("请求无法识别", "浏览器发来的内容不完整或不正确。请返回上一页重试。"),
    403: Trouble("没有权限", "当前角色不能进行此项操作。如需办理，请切换角色或联系上级党组织的管理员。"),
    404: Trouble("页面不存在", "您要找的内容不存在，或不在您的管理范围内。请检查地址，或从首页重新进入。"),
    405: Trouble("不支持的操作", "该地址不接受这种请求。请从页面上的链接或按钮进入。"),
    409: Trouble("已被他人修改", "您打开页面之后，该记录已被他人修改，本次没有保存。请重新打开后再填写。"),
    413: Trouble("内容过大", "提交的内容超过了允许的大小，没有保存。请减小文件或分批提交。"),
    422: Trouble("未能办理", "提交的内容不符合要求，没有作任何改动。"),
    500: Trouble("系统出现错误", "该操作没有完成，数据没有改变。请稍后再试；如仍出现，请将下面的编号告知运维人员。"),
    503: Trouble("系统繁忙", "暂时无法处理您的请求，数据没有改变。请稍后再试。"),
    507: Trouble("存储空间不足", "系统存储空间不足，暂时不能保存，数据没有改变。请告知运维人员。"),
}
EXPIRED = Trouble("页面已过期", "页面打开太久或登录状态已改变，本次没有保存。请返回上一页，刷新后重新提交。")


def answer(request, status, *, text="", trouble=None, **context):
    """Return the page of a status; `text` replaces its sentence."""
    trouble = trouble or TROUBLES[status]
    page = render_to_string(
        f"errors/{status}.html" if status == 409 else "errors/page.html",
        {
            **frame(request),
            "status": status,
            "title": trouble.title,
            "text": text or trouble.text,
            "number": request_number.get(),
            **context,
        },
    )
    response = HttpResponse(page, status=status)
    if status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def bad_request(request, exception=None):
    return too_large(request, exception) if isinstance(exception, RequestDataTooBig) else answer(request, 400)


def forbidden(request, exception=None):
    denials.note(request, 403)
    sentence = str(exception) if isinstance(exception, PermissionDenied) else ""
    return answer(request, 403, text=sentence)


def csrf_failure(request, reason=""):
    return answer(request, 403, trouble=EXPIRED)


def not_found(request, exception=None):
    denials.note(request, 404)
    return answer(request, 404)


def method_not_allowed(request, allowed):
    response = answer(request, 405)
    response.headers["Allow"] = allowed
    return response


def too_large(request, exception=None):
    """Say what the address takes, and lead back to the form where one stands there."""
    limit, of_file = getattr(exception, "limit", 0), getattr(exception, "of_file", 0)
    text = f"提交的内容超过 {spoken(limit)}，没有保存。请减小文件或分批提交。" if limit else ""
    if of_file < limit:
        text = (
            f"提交的内容超过 {spoken(limit)}，没有读取，填写的内容没有保留。"
            f"文件不能超过 {spoken(of_file)}，请压缩或拆分后重新填写。"
        )
    view = getattr(getattr(request.resolver_match, "func", None), "view_class", None)
    return answer(request, 413, text=text, back=request.path if hasattr(view, "get") else "")


def conflict(request, stale):
    """The page of `Stale`: both versions side by side."""
    return answer(request, 409, stale=stale, again=request.path)


def refused(request, refusal):
    """The page of a refusal that no view showed: why, and the links to the cause."""
    return answer(request, 422, refusal=refusal)


def unavailable(request, exception=None):
    return answer(request, 507 if _is_full(exception) else 503)


def server_error(request):
    """The page of an unexpected error; of a database that is away or too slow when that was the cause."""
    error = sys.exc_info()[1]
    return unavailable(request, error) if is_unavailability(error) else answer(request, 500)


def is_unavailability(error):
    """Whether an error means "not now": somebody holds a lock, the database or the files are gone, slow or full."""
    if isinstance(error, (Busy, InsufficientStorage, StorageAway, InterfaceError)):
        return True
    return isinstance(error, OperationalError) and not str(error).startswith(NOT_THE_DATABASES_FAULT)


def _is_full(error):
    return isinstance(error, InsufficientStorage) or "disk is full" in str(error) or "No space left" in str(error)
