"""Logging in by a signature, where the browser cannot present the certificate. Source: security.md 12."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import activating, awaiting, possession
from accounts.services import challenges, logins
from accounts.views.certificate_forms import SignatureForm
from accounts.views.entering import let_in
from partyplatform.uploads import disposition

MAX_BODY = 64 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request):
    """The challenge of this session, and the form its signature is sent with."""
    awaited = awaiting.current(request)
    if awaited is None:
        return HttpResponseRedirect(resolve_url("accounts:login"))
    form = SignatureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _answered(request, awaited, form)
        except ValidationError as refusal:
            form.add_error(None, refusal)
    challenge = challenges.open_for(awaited.mark)
    page = {"form": form, "challenge": challenge, "seconds": challenges.SECONDS, "is_refused": bool(form.errors)}
    if challenge is not None:
        page["text"] = challenges.text_of(challenge).decode()
    return render(request, "accounts/sign.html", page, status=422 if form.errors else 200)


sign.max_body = MAX_BODY


@require_POST
def challenge(request):
    """Make a fresh challenge for this session."""
    awaited = _awaited(request)
    challenges.issue(awaited.user, session_mark=awaited.mark, origin=_origin(request))
    return HttpResponseRedirect(resolve_url("accounts:sign"))


@require_safe
def challenge_text(request):
    """The text to be signed, as a file with exactly these bytes."""
    found = challenges.open_for(_awaited(request).mark)
    if found is None:
        raise Http404
    answer = HttpResponse(challenges.text_of(found), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = disposition("challenge.txt")
    return answer


def _answered(request, awaited, form):
    certificate = challenges.answer(
        form.cleaned_data["challenge"],
        form.cleaned_data["signature"],
        user=awaited.user,
        session_mark=awaited.mark,
        origin=_origin(request),
    )
    role = logins.first_role(awaited.user)
    if role is None:
        raise ValidationError(challenges.REFUSED)
    if awaited.code is not None:
        return _to_first_password(request, awaited.code, certificate)
    return let_in(request, role, awaited.target, signed_with=certificate)


def _to_first_password(request, code, certificate):
    """Lead on to the page a one-time code opens; the session it begins is bound to the certificate."""
    activating.begin(request, code)
    possession.bind(request.session, certificate, by_signature=True)
    return HttpResponseRedirect(resolve_url("accounts:first_password"))


def _awaited(request):
    awaited = awaiting.current(request)
    if awaited is None:
        raise Http404
    return awaited


def _origin(request):
    return f"{request.scheme}://{request.get_host()}"
