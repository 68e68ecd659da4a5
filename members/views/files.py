"""附件 of a member: upload, download, take off. Source: screens.md 2.5."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.powers import Power
from members.forms.files import FileForm
from members.models import MemberFile
from members.sections import SECTIONS
from members.services import files as services
from members.views.records import OfMember
from members.views.sections import OfTable
from partyplatform import uploads
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.views import UploadPage, needs
from partyplatform.uploads.records import file_response

EXTENDED = "extended"  # the section that lists what belongs to the record as a whole


class _Attaching:
    needs = Power.EDIT_MEMBER
    form_class = FileForm
    template_name = "members/attach.html"
    max_body = uploads.MAX_BYTES

    def get_form_class(self):
        return self.form_class

    def location(self, result):
        messages.success(self.request, f"已上传“{result.original_name}”")
        return self.back

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"back": self.back, "whose": self.whose}


class Attach(_Attaching, OfMember, UploadPage):
    """附件 of the record as a whole."""

    tab, whose = EXTENDED, services.GENERAL
    target = ("member",)

    @property
    def back(self):
        return reverse("members:section", args=[self.member.pk, EXTENDED])

    def act(self, form):
        return services.attach(self.member, upload=form.cleaned_data["file"], by=self.request.role)


class AttachToEntry(_Attaching, OfTable, UploadPage):
    """附件 of a line of a table."""

    @property
    def whose(self):
        return f"{self.table.label}：{self.entry}"

    @property
    def back(self):
        return reverse("members:section", args=[self.member.pk, self.section.slug])

    def check_target(self):
        if not self.table.takes_files:
            raise Http404
        self.entry  # noqa: B018 (raises Http404 for one out of reach)

    def act(self, form):
        upload, by = form.cleaned_data["file"], self.request.role
        return services.attach(self.member, upload=upload, by=by, table=self.table, entry=self.entry)


@require_safe
@needs(Power.VIEW_MEMBERS)
def download(request, uid):
    file = _file(request, uid)
    answer = file_response(file)
    services.note_opening(file, by=request.role)
    return answer


@require_POST
@needs(Power.EDIT_MEMBER)
@once_only
def remove(request, uid):
    file = _file(request, uid)
    services.detach(file, by=request.role)
    messages.success(request, f"已移除“{file.original_name}”")
    return redirect("members:section", file.member_id, _section_of(file))


def _file(request, uid):
    rows = MemberFile.objects.visible_to(request.role).select_related("member", "standing")
    return get_object_or_404(rows, uid=uid)


def _section_of(file):
    if file.standing_id:
        return "membership"
    return next((slug for slug, section in SECTIONS.items() if section.table(file.table)), EXTENDED)
