"""The printed record: a page for the printer, a PDF, and the PDF with numbers in full. Source: screens.md 2.5."""

from base64 import b64encode

from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from django.views.generic import View

from accounts.powers import Power
from members import printing
from members.forms.papers import InFullForm
from members.services import photos
from members.services import printing as services
from members.views.records import MENU, OfMember
from partyplatform import uploads
from partyplatform.crypto import Undecipherable
from partyplatform.pdf import PdfUnavailable, pdf_from
from partyplatform.ui.form_keys import Repeated, once
from partyplatform.ui.forms import refuse
from partyplatform.ui.views import FormPage, Scoped

STYLE = "css/record.css"


class Papers(OfMember):
    """What stands on the paper, for the page and for the PDF."""

    @method_decorator(sensitive_variables())
    def paper(self, *, in_full=False):
        member, today, role = self.member, timezone.localdate(), self.request.role
        return {
            "member": member,
            "collected": printing.collected(member, in_full=in_full),
            "further": printing.further(member),
            "parts": printing.sections(member, in_full=in_full, today=today),
            "in_full": in_full,
            "printed_by": f"{role.user_name}（{role.label}）",
            "printed_on": today,
        }

    @method_decorator(sensitive_variables())
    def document(self, *, in_full=False):
        """Return the PDF. Raises PdfUnavailable."""
        paper = self.paper(in_full=in_full) | {"picture": self._picture()}
        return pdf_from(render_to_string("members/print_document.html", paper), style=STYLE)

    def sent(self, document):
        name = services.file_name(self.member, timezone.localdate())
        return uploads.content_response(document, name, content_type="application/pdf")

    def _picture(self):
        photo = photos.photo_of(self.member)
        try:
            return f"data:image/jpeg;base64,{b64encode(photo.content()).decode()}" if photo else ""
        except (Undecipherable, FileNotFoundError):
            return ""


class PrintRecord(Papers, Scoped, View):
    """The paper on the screen, with the numbers masked."""

    needs = Power.VIEW_MEMBERS

    def get(self, request, pk):
        return self.page()

    def page(self, *, status=200, **more):
        member = self.member
        more["section"] = MENU
        more["list_url"] = reverse("members:list", args=[member.organization_id])
        return render(self.request, "members/print.html", self.paper() | more, status=status)


class RecordPdf(PrintRecord):
    """下载: the same as a PDF; the page again where none can be made."""

    def get(self, request, pk):
        try:
            document = self.document()
        except PdfUnavailable:
            return self.page(status=503, has_no_pdf=True)
        services.note(self.member, by=request.role)
        return self.sent(document)


class RecordInFull(Papers, FormPage):
    """下载完整号码: asks for the power, a proof and a reason, and writes them down."""

    needs = Power.REVEAL_FIELDS
    proof = True
    form_class = InFullForm
    template_name = "members/print_full.html"

    @method_decorator(sensitive_variables("document"))
    def form_valid(self, form):
        try:
            document = self.document(in_full=True)
            with once(self.request) as claim:
                claim.location = self.request.path
                services.note_in_full(self.member, by=self.request.role, reason=form.cleaned_data["reason"])
        except Repeated as repeated:
            return HttpResponseRedirect(repeated.location)
        except PdfUnavailable:
            refuse(form, ValidationError("暂不能生成 PDF，请联系运维人员安装排版组件和中文字体"))
            return self.form_invalid(form)
        return self.sent(document)
