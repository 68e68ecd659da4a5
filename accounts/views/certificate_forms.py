"""The forms of certificates: a signature, a certificate's file, why one is revoked."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Certificate
from accounts.pki import reading
from accounts.services import challenges
from partyplatform.ui.columns import display
from partyplatform.ui.forms import CleanText, PlatformForm


class SignatureForm(PlatformForm):
    """The signature of a challenge: pasted as base64, or as the file the signing tool wrote."""

    challenge = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="签名（base64）",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(label="或上传签名文件", required=False, max_length=255)

    def clean(self):
        values = super().clean()
        typed, upload = values.get("text", ""), values.get("file")
        if bool(typed) == bool(upload):
            raise ValidationError("请粘贴签名，或上传签名文件，二者选一")
        values["signature"] = challenges.decoded(typed) if typed else _signature_in(upload)
        return values


def _signature_in(upload):
    """Return the signature in a file: its bytes, or the base64 text many tools write."""
    data = upload.read(challenges.LONGEST * 2)
    try:
        return challenges.decoded(data.decode("ascii"))
    except (UnicodeDecodeError, ValidationError):
        if len(data) > challenges.LONGEST:
            raise ValidationError("签名文件过大") from None
        return data


class CertificateForm(PlatformForm):
    """The file of a certificate, and the one it takes the place of."""

    file = forms.FileField(
        label="证书文件",
        max_length=255,
        help_text="一张证书，.cer、.crt 或 .pem 格式，不超过 16 KB；不要上传含私钥的 .p12 文件",
        widget=forms.ClearableFileInput(attrs={"accept": ".cer,.crt,.pem,.der"}),
    )
    replaces = forms.ModelChoiceField(
        label="接替的证书",
        queryset=Certificate.objects.none(),
        required=False,
        empty_label="不接替其他证书",
        help_text="首次使用新证书时，被接替的证书停用；在此之前两张都可使用",
    )

    def __init__(self, *args, holder, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["replaces"].queryset = Certificate.objects.active().of(holder).filter(renewal__isnull=True)
        self.fields["replaces"].label_from_instance = lambda row: (
            f"{row.short_serial}，有效期至 {display(row.not_after)}"
        )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if not upload.name.lower().endswith((".cer", ".crt", ".pem", ".der")):
            raise ValidationError("只能上传 .cer、.crt、.pem、.der 文件")
        if upload.size > reading.LARGEST:
            raise ValidationError("文件超过 16 KB，不是一张证书")
        return upload


class RevokeForm(PlatformForm):
    reason = CleanText(label="吊销原因", max_length=200, help_text="如 USBKey 遗失、人员调整")
