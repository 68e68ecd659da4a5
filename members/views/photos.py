"""The photograph of a member: shown, uploaded, taken off. Source: screens.md 2.5."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.powers import Power
from members.forms.files import PhotoForm
from members.models import Member, MemberPhoto
from members.services import photos as services
from members.views.records import OfMember
from partyplatform import uploads
from partyplatform.ui.form_keys import once_only
from partyplatform.ui.views import UploadPage, get_visible, needs
from partyplatform.uploads.records import file_response

BASIC = "basic"


@require_safe
@needs(Power.VIEW_MEMBERS)
def photo(request, uid):
    """The picture for the page of the record, which asks for it by itself."""
    found = get_object_or_404(MemberPhoto.objects.visible_to(request.role), uid=uid)
    return file_response(found)


photo.keeps_session_alive = False


class SetPhoto(OfMember, UploadPage):
    needs = Power.EDIT_MEMBER
    form_class = PhotoForm
    template_name = "members/photo.html"
    tab = BASIC
    max_body = uploads.MAX_BYTES
    target = ("member",)

    def act(self, form):
        return services.set_photo(self.member, upload=form.cleaned_data["file"], by=self.request.role)

    def location(self, result):
        messages.success(self.request, f"{self.member.name}的照片已保存")
        return reverse("members:section", args=[self.member.pk, BASIC])


@require_POST
@needs(Power.EDIT_MEMBER)
@once_only
def remove_photo(request, pk):
    member = get_visible(Member, request.role, pk=pk)
    services.remove_photo(member, by=request.role)
    messages.success(request, f"{member.name}的照片已移除")
    return redirect("members:section", member.pk, BASIC)
