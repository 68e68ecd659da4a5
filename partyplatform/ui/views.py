"""Who may open a page, and how a form is saved: the mixins every page stands on."""

from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import FormView
from django_htmx.http import HttpResponseClientRedirect

from partyplatform.uploads import Oversized, spoken

from .form_keys import Repeated, led_to, once
from .forms import refuse
from .proof import demand

NO_ROLE = "您的账号目前没有可用的角色，请联系上级党组织的管理员授权。"
NO_POWER = "当前角色“{role}”没有此项权限。如需办理，请切换角色或联系上级党组织的管理员。"
NOT_MANAGED = "该党组织由上级党组织的管理员维护，当前角色只能查看，不能修改。"


def admit(request, power):
    """Return None for a role that holds the power, the way to the login page for nobody.

    Raises PermissionDenied, with the sentence to show, for an account without a role or a role without the power.
    """
    if not request.user.is_authenticated:
        return _to_login(request)
    role = getattr(request, "role", None)
    if role is None:
        raise PermissionDenied(NO_ROLE)
    if power is not None and not role.can(power):
        raise PermissionDenied(NO_POWER.format(role=role.label))
    return None


def needs(power):
    """Decorate a function view: only a role with the power gets in. None asks for any role."""

    def decorate(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            return admit(request, power) or view(request, *args, **kwargs)

        wrapper.needs = power
        return wrapper

    return decorate


def get_visible(model, role, **key):
    """Return the object of this key the role may see; 404 for any other."""
    return get_object_or_404(model.objects.visible_to(role), **key)


def get_managed(model, role, **key):
    """Return the object of this key the role may change; 404 when it cannot see it, 403 when it only can see it."""
    found = get_visible(model, role, **key)
    if not model.objects.managed_by(role).filter(pk=found.pk).exists():
        raise PermissionDenied(NOT_MANAGED)
    return found


class Scoped:
    """Put before a generic view: asks for the power `needs`, then starts from what the role may see.

    Set `needs = None` for pages open to every role. `manages = True` asks for an object the role may change.
    `proof = True` asks for a person who proved lately who they are, on opening the form and on sending it.
    `target` names what the address speaks of: properties that raise Http404 or what the reader is told. They are asked
    before anything of the body is read; what is no property of its own is asked in `check_target()`.
    """

    needs: Any = NotImplemented
    manages = False
    proof: Any = False
    target: tuple[str, ...] = ()

    def dispatch(self, request, *args, **kwargs):
        if self.needs is NotImplemented:
            raise ImproperlyConfigured(f"{type(self).__name__} does not say which power it needs")
        if answer := admit(request, self.needs):
            return answer
        if self.proof and (answer := demand(request, has_page=hasattr(self, "get"))):
            return answer
        self.check_target()
        return self.proceed(request, *args, **kwargs)

    def check_target(self):
        """Raise Http404 or a refusal for an address the role may not use; must not touch `request.POST`."""
        for name in self.target:
            getattr(self, name)

    def proceed(self, request, *args, **kwargs):
        """Answer the request of a reader who may use the address."""
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return self.model.objects.visible_to(self.request.role)

    def get_object(self, queryset=None):
        found = super().get_object(queryset)
        if self.manages and not self.model.objects.managed_by(self.request.role).filter(pk=found.pk).exists():
            raise PermissionDenied(NOT_MANAGED)
        return found


class FormPage(Scoped, FormView):
    """A page with one form that one service saves.

    Subclasses give `form_class`, `template_name`, `act(form)` (calls the service, returns its result) and
    `location(result)`. A refused form comes back with its values and status 422; a form sent twice leads
    to the first result; `Stale` becomes page 409 (middleware).
    """

    def location(self, result):
        return resolve_url(result)

    def form_valid(self, form):
        try:
            with once(self.request) as claim:
                result = self.act(form)
                claim.location = self.location(result)
        except Repeated as repeated:
            return HttpResponseRedirect(repeated.location)
        except ValidationError as refusal:
            refuse(form, refusal)
            return self.form_invalid(form)
        return HttpResponseRedirect(claim.location)

    def form_invalid(self, form, status=422):
        if location := led_to(self.request):  # what it did has changed what the form asks
            return HttpResponseRedirect(location)
        return self.render_to_response(self.get_context_data(form=form, is_refused=True), status=status)


@method_decorator(csrf_exempt, name="dispatch")
class UploadPage(FormPage):
    """A form with a file: power and reach are asked before anything reads the body, the form's token right after.

    Subclasses give `max_body` in bytes and, for an address that names something, `target` or `check_target()`.
    Where more than a file is filled in, they give `max_file` too: a file beyond it brings the form back, with what was
    typed and status 413, as long as the whole body stays below `max_body` (decision 0057). Source: security.md 46.
    """

    max_body: Any = NotImplemented
    max_file: int | None = None
    oversized: Oversized | None = None

    def proceed(self, request, *args, **kwargs):
        if self.max_file:
            self.oversized = Oversized(request, self.max_file)
            request.upload_handlers.insert(0, self.oversized)
        return csrf_protect(super().proceed)(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        request.POST  # noqa: B018 (reads the body)
        if self.oversized and self.oversized.fields:
            form = self.get_form()
            if names := [name for name in form.fields if form.add_prefix(name) in self.oversized.fields]:
                return self.file_too_large(form, names)
        return super().post(request, *args, **kwargs)

    def file_too_large(self, form, names):
        """Give the form back with its values; of the fields named, only that their file is too large."""
        for name in names:
            form.errors.pop(name, None)  # to read that a file is missing would mislead
            form.add_error(
                name, f"文件超过 {spoken(self.max_file)}，没有保存，其他内容已保留。请压缩或拆分后重新选择。"
            )
        return self.form_invalid(form, status=413)

    def get_form(self, form_class=None):
        """Return the form; its file fields tell what is too large before it is sent at all."""
        form, most = super().get_form(form_class), self.max_file or self.max_body
        for field in form.fields.values():
            if field.widget.needs_multipart_form:
                told = f"文件超过 {spoken(most)}。请压缩或拆分后再上传。"
                field.widget.attrs |= {"data-most": most, "data-too-large": told}
        return form


def _to_login(request):
    answer = redirect_to_login(request.get_full_path() if request.method == "GET" else "")
    return HttpResponseClientRedirect(answer.url) if getattr(request, "htmx", False) else answer
