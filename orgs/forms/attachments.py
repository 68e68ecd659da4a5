from django import forms

from orgs.models import Attachment
from partyplatform.ui.forms import PlatformForm


class AttachmentForm(PlatformForm):
    purpose = forms.ChoiceField(label="用途", choices=Attachment.Purpose.choices)
    file = forms.FileField(
        label="文件",
        help_text="pdf、jpg、png，不超过 10 MB",
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
