"""介绍信 on paper: shown for printing, as PDF, and its signature as a file. Each of them is kept in the audit."""

from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from django.views.generic import View

from accounts.powers import Power
from partyplatform import uploads
from partyplatform.pdf import PdfUnavailable, pdf_from
from partyplatform.ui.views import Scoped
from transfers import letter_facts
from transfers.letter_sheets import STYLE, content
from transfers.models import Letter
from transfers.services import letters
from transfers.views.verifying import verifying_address


class PrintLetter(Scoped, View):
    """The button says how: for the printer, as PDF, or the signature alone. A POST, since who had the whole 身份证号
    printed is written down."""

    needs = Power.HANDLE_TRANSFERS
    http_method_names = ["post"]

    @method_decorator(sensitive_variables())
    def post(self, request, *args, **kwargs):
        letter = get_object_or_404(Letter.objects.visible_to(request.role).to_print(), pk=kwargs["pk"])
        label, answer = self.ways.get(request.POST.get("way"), ("打印", PrintLetter._page))
        return answer(self, letter, letters.printed(letter, by=request.role, way=label))

    def _page(self, letter, facts):
        return render(self.request, "transfers/letter.html", self._content(letter, facts, on_screen=True))

    def _pdf(self, letter, facts):
        """The same as PDF; the page for printing, with the reason, where none can be made."""
        content = self._content(letter, facts)
        try:
            document = pdf_from(render_to_string("transfers/letter.html", content), style=STYLE)
        except PdfUnavailable:
            content |= {"on_screen": True, "has_no_pdf": True}
            return render(self.request, "transfers/letter.html", content, status=503)
        return uploads.stream_response([document], f"介绍信{letter.label}.pdf")

    def _signature(self, letter, facts):
        content = letter_facts.signature_file(facts, key_id=letter.key_id, signature=letter.signature)
        return uploads.stream_response([content], f"介绍信{letter.label}.json")

    def _content(self, letter, facts, **more):
        return content(letter, facts, address=verifying_address(self.request)) | more

    ways = {"pdf": ("PDF", _pdf), "signature": ("签名文件", _signature)}
