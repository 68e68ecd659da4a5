"""介绍信 on paper: shown for printing, as PDF, and its signature as a file. Each of them is kept in the audit."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from django.views.generic import View

from accounts.powers import Power
from partyplatform import uploads
from partyplatform.pdf import PdfUnavailable, pdf_from
from partyplatform.ui.views import Scoped
from transfers import letter_facts, qr
from transfers.models import Letter
from transfers.services import letters
from transfers.views.verifying import address_of

_STYLE = "css/letter.css"


class _OfLetter(Scoped, View):
    """A POST, since who had the whole 身份证号 printed is written down."""

    needs = Power.HANDLE_TRANSFERS
    http_method_names = ["post"]
    way = ""

    @method_decorator(sensitive_variables())
    def post(self, request, *args, **kwargs):
        letter = get_object_or_404(Letter.objects.visible_to(request.role).to_print(), pk=kwargs["pk"])
        return self.answer(letter, letters.printed(letter, by=request.role, way=self.way))

    def page(self, letter, facts, **more):
        code = letters.check_code(letter)
        address = address_of(self.request, letter.label, code)
        return {"letter": letter, "paper": letter_facts.printed(facts, code), "qr": qr.svg(address)} | more


class PrintLetter(_OfLetter):
    way = "打印"

    def answer(self, letter, facts):
        return render(self.request, "transfers/letter.html", self.page(letter, facts, on_screen=True))


class LetterPdf(_OfLetter):
    """The same as PDF; the page for printing, with the reason, where none can be made."""

    way = "PDF"

    def answer(self, letter, facts):
        try:
            document = pdf_from(render_to_string("transfers/letter.html", self.page(letter, facts)), style=_STYLE)
        except PdfUnavailable:
            page = self.page(letter, facts, on_screen=True, has_no_pdf=True)
            return render(self.request, "transfers/letter.html", page, status=503)
        return uploads.stream_response([document], f"介绍信{letter.label}.pdf")


class LetterSignature(_OfLetter):
    way = "签名文件"

    def answer(self, letter, facts):
        content = letter_facts.signature_file(facts, key_id=letter.key_id, signature=letter.signature)
        response = HttpResponse(content, content_type="application/json")
        response.headers["Content-Disposition"] = uploads.disposition(f"介绍信{letter.label}.json")
        return response
