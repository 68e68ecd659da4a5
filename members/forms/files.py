"""The forms of one 附件 and of the photograph."""

from typing import Any

from django import forms

from partyplatform.ui.forms import PlatformForm

SCAN_HINT = "pdf、jpg、png，不超过 10 MB"


class ScanField(forms.FileField):
    """A scan; what is in it is the service's to judge."""

    def __init__(self, **kwargs: Any):
        widget = forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"})
        super().__init__(label="附件", help_text=SCAN_HINT, allow_empty_file=True, widget=widget, **kwargs)


class PhotoForm(PlatformForm):
    file = forms.FileField(
        label="照片",
        help_text="jpg、png，不超过 10 MB；保存时缩小，并去除拍摄地点等附带信息",
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".jpg,.jpeg,.png"}),
    )


class FileForm(PlatformForm):
    file = ScanField()
