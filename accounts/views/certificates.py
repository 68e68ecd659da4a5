"""数字证书: registering, looking up and revoking those of the administrators below. Source: security.md 13, 16, 24."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView

from accounts.models import Certificate, User
from accounts.powers import Power
from accounts.services import certificates
from accounts.views.certificate_forms import CertificateForm, RevokeForm
from partyplatform.ui.paging import Pager
from partyplatform.ui.views import FormPage, Scoped, UploadPage

MAX_BODY = 64 * 1024
SHOWN = 50  # administrators without a certificate that one page names
NOT_MANAGED = "该证书由上级党组织的管理员维护（最上级党委的由运维人员维护），当前角色不能吊销或换新。"


class CertificateList(Scoped, ListView):
    """Certificates in reach, the first to end first; administrators who have none yet."""

    model = Certificate
    needs = Power.MANAGE_CERTIFICATES
    template_name = "accounts/certificates.html"

    def get_queryset(self):
        rows = super().get_queryset().with_committee().select_related("user", "authority")
        return rows.order_by("ended_at", "not_after", "pk")

    def get_context_data(self, **kwargs):
        pager = Pager(self.get_queryset(), self.request.GET)
        bare = User.objects.certified_by(self.request.role).without_certificate().with_committee()
        return super().get_context_data(pager=pager, rows=pager.rows, bare=bare.order_by("pk")[:SHOWN], **kwargs)


class CertificateDetail(Scoped, DetailView):
    model = Certificate
    needs = Power.MANAGE_CERTIFICATES
    slug_field = slug_url_kwarg = "uid"
    template_name = "accounts/certificate.html"

    def get_queryset(self):
        return super().get_queryset().with_committee().select_related("user", "authority", "replaces", "renewal")

    def get_context_data(self, **kwargs):
        is_managed = Certificate.objects.managed_by(self.request.role).filter(pk=self.object.pk).exists()
        return super().get_context_data(certificate=self.object, is_managed=is_managed, **kwargs)


class Register(UploadPage):
    """Register the certificate in a file for an administrator below."""

    needs = Power.MANAGE_CERTIFICATES
    proof = True
    form_class = CertificateForm
    template_name = "accounts/certificate_form.html"
    max_body = MAX_BODY
    target = ("holder",)

    @cached_property
    def holder(self):
        people = User.objects.certified_by(self.request.role).with_committee()
        return get_object_or_404(people, uid=self.kwargs["uid"])

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "holder": self.holder}

    def act(self, form):
        data = form.cleaned_data["file"].read()
        return certificates.register(self.holder, data, by=self.request.role, replaces=form.cleaned_data["replaces"])

    def location(self, result):
        messages.success(self.request, f"已为{self.holder.name}登记数字证书 {result.short_serial}")
        return reverse("accounts:certificates")

    def get_context_data(self, **kwargs):
        return super().get_context_data(holder=self.holder, **kwargs)


class Revoke(FormPage):
    """Revoke a certificate, with the reason; it cannot be taken back."""

    needs = Power.MANAGE_CERTIFICATES
    proof = True
    form_class = RevokeForm
    template_name = "accounts/certificate_revoke.html"

    @cached_property
    def certificate(self):
        rows = Certificate.objects.visible_to(self.request.role).with_committee().select_related("user", "authority")
        found = get_object_or_404(rows, uid=self.kwargs["uid"])
        if not Certificate.objects.managed_by(self.request.role).filter(pk=found.pk).exists():
            raise PermissionDenied(NOT_MANAGED)
        return found

    def act(self, form):
        certificates.revoke(self.certificate, by=self.request.role, reason=form.cleaned_data["reason"])
        return self.certificate

    def location(self, result):
        messages.success(self.request, f"已吊销{result.user.name}的数字证书 {result.short_serial}，立即生效")
        return reverse("accounts:certificates")

    def get_context_data(self, **kwargs):
        return super().get_context_data(certificate=self.certificate, **kwargs)
