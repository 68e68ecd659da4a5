"""From a session to an acting role, and nobody else: what stands between every page and a stranger."""

import logging

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts import acting, activating, certification, possession, sessions
from accounts.codes import System
from accounts.passwords_due import is_password_due
from partyplatform.locks import waiting_briefly
from partyplatform.ui import errors
from partyplatform.ui.targets import came_from

logger = logging.getLogger(__name__)

# Everything else asks for a login, pages that forgot to say so included.
PUBLIC = frozenset(
    {
        "accounts:entrance",
        "accounts:login",
        "accounts:first_password",
        "accounts:leave_activation",
        "accounts:sign",
        "accounts:challenge",
        "accounts:challenge_text",
        "accounts:resources",
        "accounts:certificate_refused",
        "ui:faq",
        "ui:accessibility",
        "ui:manual",
        "ui:text_size",
        "ui:style_guide",
        "ui:live",
        "ui:ready",
        "ui:metrics",
    }
)
ROLELESS = frozenset(
    {
        "accounts:logout",
        "accounts:account",
        "accounts:roles",
        "accounts:switch_role",
        "accounts:prove",
        "accounts:password",
        "accounts:close_others",
        "ui:stay",
    }
)

REFUSED = errors.Trouble("证书未通过验证", certification.PLAIN)
ANOTHER = "如选错了证书，请关闭浏览器，重新打开后再选；仍不能登录的，请联系上级党组织的管理员。"
NO_ROLE = "您的账号目前没有可用的角色，请联系上级党组织的管理员授权。"
ROLE_LOST = "您原来的角色已被解除。当前角色：{role}。{unsent}"
NOT_DONE = "刚才提交的内容没有办理。"
NO_ROLE_HERE = "您在{system}没有可用的角色。请从首页进入其他系统，或联系上级党组织的管理员授权。"


class Sessions(SessionMiddleware):
    """Show a page that was only read even when its session cannot be written: neither a full database nor, on SQLite,
    a long import keeps a reader waiting.

    What goes unwritten is when the person was here, which ends the session rather earlier than later.
    """

    def process_response(self, request, response):
        if request.method not in ("GET", "HEAD"):
            return super().process_response(request, response)
        try:
            with waiting_briefly():
                return super().process_response(request, response)
        except (OperationalError, InterfaceError) as error:
            logger.warning("session not written: %s", type(error).__name__)
            return response


class IdleLimit:
    """End a session that is idle or too old, or whose account logged in elsewhere; keep the others alive.

    A view with `keeps_session_alive = False` (what a page asks for by itself, in the background) keeps nothing alive.
    `request.idle_seconds` is how long the session lives if nothing more happens; `request.is_proved` says whether the
    person proved lately who they are (partyplatform.ui.proof).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.idle_seconds = None
        if request.user.is_authenticated and (reason := sessions.why_ended(request.session, request.user)):
            logout(request)
            messages.warning(request, reason)
        request.is_proved = request.user.is_authenticated and sessions.is_proved(request.session)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated:
            return
        if _says(view, "keeps_session_alive", default=True):
            sessions.extend(request.session, is_admin=request.role is None or request.role.is_admin)
        request.idle_seconds = sessions.seconds_left(request.session)


class ClientCertificate:
    """Set `request.certificate`: the certificate proved by this request or its session, good and for this account.

    Whoever presents another one gets the refusal page and nothing else; a session that was opened with a certificate
    ends when it is not proved any more. Source: security.md 11, 13, 16.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        verdict = possession.verdict_on(request)
        request.certificate, request.certificate_by_signature = verdict.certificate, verdict.by_signature
        if verdict.reason:
            possession.note_refusal(verdict)
        if request.user.is_authenticated and possession.is_lost(request):
            logout(request)
            messages.warning(request, verdict.sentence if verdict.reason else possession.GONE)
            request.is_proved = False
        elif verdict.reason:
            return certificate_refused(request, verdict.sentence)
        return self.get_response(request)


def certificate_refused(request, sentence):
    """The page of a certificate that is not accepted: what may be told about it, and the way on."""
    return errors.answer(request, 403, trouble=REFUSED, text=f"{sentence}{ANOTHER}")


class ActingRole:
    """Set `request.role` (the grant acted with, or None), `request.roles` (all of the person) and `request.system`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.role, request.roles = None, []
        if request.user.is_authenticated:
            request.role, request.roles = acting.current(request)
            if possession.is_missing(request):
                self._end(request)
        request.system = acting.system_of(request.path) or (request.role.system if request.role else None)
        return self.get_response(request)

    def _end(self, request):
        """A committee's administrator without the certificate is nobody, whatever the address and the method."""
        logout(request)
        messages.warning(request, possession.NEEDED)
        request.role, request.roles, request.is_proved = None, [], False


class PasswordFirst:
    """Keep whoever has to set a password on the page that takes it: no other address opens.

    That is whoever came with a one-time code, and an administrator whose password is too old. Leaving and the text
    size stay possible; what browsers and search engines ask for by themselves is answered as to anybody: it is no page.
    """

    UNASKED = ("/robots.txt", "/favicon.ico")

    def __init__(self, get_response):
        self.get_response = get_response
        self.open = {reverse("accounts:leave_activation"), reverse("accounts:logout"), reverse("ui:text_size")}

    def __call__(self, request):
        page = self._page(request)
        if page is None or request.path in (page, *self.UNASKED):
            return self.get_response(request)
        if request.method == "POST" and request.path in self.open:
            return self.get_response(request)
        return HttpResponseClientRedirect(page) if request.htmx else HttpResponseRedirect(page)

    def _page(self, request):
        if activating.is_begun(request.session):
            return reverse("accounts:first_password")
        return reverse("accounts:password") if is_password_due(request) else None


class LoginRequired:
    """Let nobody but the logged in past the public pages, and nobody without a role past their own.

    Public is what PUBLIC lists and, of the apps above, a view with `is_public = True`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        name = request.resolver_match.view_name
        if name in PUBLIC or _says(view, "is_public", default=False):
            return None
        if not request.user.is_authenticated:
            return _to_login(request)
        if request.role is None and name not in ROLELESS:
            raise PermissionDenied(_no_role(request))
        return None


class LostRole:
    """Tell somebody whose role was taken away which one the work goes on with, in a session with a new id.

    What was sent as the old role is not carried out as the new one. Source: security.md 20, 23.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not getattr(request, "lost_role", False):
            return None
        request.session.cycle_key()
        rotate_token(request)
        goes_on = request.method in ("GET", "HEAD") or request.resolver_match.view_name in ROLELESS
        messages.warning(request, ROLE_LOST.format(role=request.role.label, unsent="" if goes_on else NOT_DONE))
        if goes_on:
            return None
        home = System(request.role.system).home
        return HttpResponseClientRedirect(home) if request.htmx else HttpResponseRedirect(home)


def _says(view, name, *, default):
    """Return what a view, or the class behind it, says about itself."""
    return getattr(view, name, getattr(getattr(view, "view_class", None), name, default))


def _no_role(request):
    system = acting.system_of(request.path)
    return NO_ROLE_HERE.format(system=System(system).label) if system and request.roles else NO_ROLE


def _to_login(request):
    """After the login back to the page one was on: what was sent, or fetched for a part of a page, is none."""
    is_page = request.method == "GET" and not request.htmx
    answer = redirect_to_login(request.get_full_path() if is_page else came_from(request))
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer
