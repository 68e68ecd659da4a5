"""What happens when somebody has shown who they are: by password, or by a code and a new password."""

from django.contrib import messages
from django.contrib.auth import login as begin_session
from django.db import transaction
from django.http import HttpResponseRedirect

from accounts import acting, history, possession
from accounts.services import certificates, notes
from partyplatform import audit

CHECK = "如非本人操作，请立即修改密码并联系上级党组织的管理员。"


def let_in(request, role, target, *, way="密码", signed_with=None):
    """Begin the one session of the account in this role, show what there is to tell, lead to `target`.

    The session is bound to the certificate that was proved by the request, or signed with.
    """
    certificate = signed_with or request.certificate
    with transaction.atomic():
        before = role.user.last_login, role.user.last_login_address
        begin_session(request, role.user)
        history.keep_previous(request.session, *before)
        acting.choose(request, role)
        if certificate is not None:
            by_signature = signed_with is not None or request.certificate_by_signature
            possession.bind(request.session, certificate, by_signature=by_signature)
            certificates.note_use(certificate, by=role)
        for note in notes.take_new(role.user):
            level = messages.WARNING if note.is_warning else messages.INFO
            messages.add_message(request, level, f"{note.text}{CHECK if note.is_warning else ''}")
        if certificate is not None and certificate.reminder():
            messages.warning(request, certificate.reminder_text())
        audit.record(role, "accounts.login", role.user, changes=[(history.WAY, "", _with(way, certificate))])
    return HttpResponseRedirect(target)


def _with(way, certificate):
    return f"{way}和数字证书 {certificate.short_serial}" if certificate is not None else way
