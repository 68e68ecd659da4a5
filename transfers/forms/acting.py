"""One act on a transfer: the fields its row of the table asks for."""

from django import forms

from partyplatform.ui.forms import CleanText, PlatformForm, TypedDate
from transfers.models import TransferFile
from transfers.services.advancing import reason_asked

KINDS = "pdf、jpg、png，不超过 10 MB"


def scan_field(label="扫描件", *, required=True):
    """Return the field of a scan."""
    return forms.FileField(
        label=label,
        required=required,
        allow_empty_file=True,
        help_text=KINDS if required else f"{KINDS}；没有可不附",
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class ActForm(PlatformForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    received_on = TypedDate(label="回执日期", not_future=True)
    scan = scan_field()
    remark = CleanText(label="意见", max_length=500, required=False, lines=True)
    substitute = forms.BooleanField(label="代办", required=False)

    def __init__(self, *args, offer=None, name="", **kwargs):
        super().__init__(*args, **kwargs)
        step = offer.step if offer is not None else None
        if step is None or "received_on" not in step.asks:
            del self.fields["received_on"]
        self._ask_for_scan(step)
        if offer is None or not offer.stands_in:
            del self.fields["substitute"]
        else:
            self.fields["substitute"].label = f"确认代办：该环节本应由“{name}”办理，代办将留下记录"
        if offer is not None and (offer.step.reason or offer.stands_in):
            self.fields["remark"].label = "代办原因" if offer.stands_in else f"{offer.step.label}原因"
            self.fields["remark"].required = True
            self.fields["remark"].error_messages["required"] = reason_asked(offer.step, stands_in=offer.stands_in)

    def _ask_for_scan(self, step):
        if step is None or "scan" not in (*step.asks, *step.takes):
            del self.fields["scan"]
            return
        label = f"{TransferFile.Purpose(step.verb).label}扫描件"
        self.fields["scan"] = scan_field(label, required="scan" in step.asks)
        self.fields["scan"].error_messages["required"] = f"请选择{label}"
