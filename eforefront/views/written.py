"""What pages of notices and of news share: the upload of a file with a draft."""

from django.contrib import messages

from accounts.powers import Power
from eforefront.forms.notices import FileForm
from eforefront.services import writing
from partyplatform import uploads
from partyplatform.ui.views import UploadPage


class Attach(UploadPage):
    """A file with what is being written. Subclasses give `written`, the notice or report of the address."""

    needs = Power.PUBLISH_NOTICES
    form_class = FileForm
    template_name = "eforefront/notices/attach.html"
    max_body = uploads.MAX_BYTES

    def check_target(self):
        self.require_own()

    def act(self, form):
        return writing.attach(self.written, upload=form.cleaned_data["file"], by=self.request.role)

    def location(self, result):
        messages.success(self.request, f"已上传“{result.original_name}”")
        return self.written.get_absolute_url()

    def get_context_data(self, **kwargs):
        return super().get_context_data(written=self.written, **kwargs)
