"""One act on a transfer: the fields its row of the table asks for."""

from django import forms

from partyplatform.ui.forms import CleanText, PlatformForm, TypedDate


class ActForm(PlatformForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    received_on = TypedDate(label="回执日期", not_future=True)
    remark = CleanText(label="意见", max_length=500, required=False, lines=True)
    substitute = forms.BooleanField(label="代办", required=False)

    def __init__(self, *args, offer=None, name="", **kwargs):
        super().__init__(*args, **kwargs)
        if offer is None or "received_on" not in offer.step.asks:
            del self.fields["received_on"]
        if offer is None or not offer.stands_in:
            del self.fields["substitute"]
        else:
            self.fields["substitute"].label = f"确认代办：该环节本应由“{name}”办理，代办将留下记录"
        if offer is not None and (offer.step.reason or offer.stands_in):
            self.fields["remark"].label = "代办理由" if offer.stands_in else f"{offer.step.label}理由"
            self.fields["remark"].required = True
