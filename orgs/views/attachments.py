"""附件 of an organisation: upload, download, remove."""

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from accounts.powers import Power
from orgs.forms.attachments import AttachmentForm
from orgs.models import Attachment, Organization
from orgs.services import attachments as services
from orgs.views.words import say
from partyplatform import uploads
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.views import UploadPage, get_visible, needs
from partyplatform.uploads.records import file_response


class Attach(UploadPage):
    needs = Power.EDIT_PROFILE
    form_class = AttachmentForm
    template_name = "orgs/attach.html"
    max_body = uploads.MAX_BYTES
    target = ("organization",)

    @cached_property
    def organization(self):
        return get_visible(Organization, self.request.role, pk=self.kwargs["pk"])

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "organization": self.organization}

    def act(self, form):
        values = form.cleaned_data
        return services.attach(
            self.organization,
            upload=values["file"],
            purpose=values["purpose"],
            term=values["term"],
            by=self.request.role,
        )

    def location(self, result):
        say(self.request, f"已上传“{result.original_name}”")
        return reverse("orgs:profile", args=[self.organization.pk])

    def get_context_data(self, **kwargs):
        return super().get_context_data(organization=self.organization, **kwargs)


@needs(Power.VIEW_ORGS)
def download(request, uid):
    attachment = _attachment(request, uid)
    return file_response(attachment)


@require_POST
@needs(Power.EDIT_PROFILE)
@once_only
def remove(request, uid):
    attachment = _attachment(request, uid)
    services.detach(attachment, by=request.role)
    say(request, f"已移除“{attachment.original_name}”")
    return redirect("orgs:profile", attachment.organization_id)


def _attachment(request, uid):
    return get_object_or_404(Attachment.objects.visible_to(request.role), uid=uid, removed_at=None)
