"""The complete file of one person: on the screen, as a PDF, with its papers as one archive."""

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_variables
from django.views.generic import View

from accounts.powers import Power
from eforefront.development.dossiers import dossier
from eforefront.services.development import dossiers as services
from eforefront.views.development.of_applicant import OfApplicant
from partyplatform import uploads
from partyplatform.pdf import PdfUnavailable, pdf_from
from partyplatform.ui.views import Scoped

STYLE = "css/record.css"


class Dossier(OfApplicant, Scoped, View):
    """The file with its checklist on the screen; numbers stay masked."""

    needs = Power.VIEW_DEVELOPMENT

    def get(self, request, pk):
        return self.page()

    @method_decorator(sensitive_variables())
    def paper(self):
        role = self.request.role
        return {
            "applicant": self.applicant,
            "dossier": dossier(self.applicant),
            "printed_by": f"{role.user_name}（{role.label}）",
            "printed_on": timezone.localdate(),
        }

    def page(self, *, status=200, **more):
        more |= {"section": "党员发展", "back": self.address}
        return render(self.request, "eforefront/development/dossier.html", self.paper() | more, status=status)

    @method_decorator(sensitive_variables())
    def document(self):
        """Return the PDF. Raises PdfUnavailable."""
        return pdf_from(render_to_string("eforefront/development/dossier_document.html", self.paper()), style=STYLE)

    def name(self, ending):
        return f"发展党员材料_{self.applicant.name}_{timezone.localdate():%Y%m%d}.{ending}"


class DossierPdf(Dossier):
    def get(self, request, pk):
        self.applicant  # noqa: B018 (404 before anything is made)
        try:
            document = self.document()
        except PdfUnavailable:
            return self.page(status=503, has_no_pdf=True)
        services.note(self.applicant, by=request.role, file_name=self.name("pdf"))
        return uploads.content_response(document, self.name("pdf"), content_type="application/pdf")


class DossierArchive(Dossier):
    """PDF and papers in one: everything at once asks for a proof."""

    proof = True

    def get(self, request, pk):
        count = self.applicant.files.filter(removed_at=None).count()
        try:
            document = self.document()
        except PdfUnavailable:
            return self.page(status=503, has_no_pdf=True)
        if not count:
            return HttpResponseRedirect(self.address)
        services.note(self.applicant, by=request.role, file_name=self.name("zip"), papers=count)
        chunks = services.archive(self.applicant, document, name=self.name("pdf"))
        return uploads.stream_response(chunks, self.name("zip"))
