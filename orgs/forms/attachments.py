from django import forms

from orgs.models import Attachment, Organization, Term
from partyplatform.ui.forms import PlatformForm


class AttachmentForm(PlatformForm):
    purpose = forms.ChoiceField(label="用途", choices=Attachment.Purpose.choices)
    term = forms.ModelChoiceField(
        label="届次", queryset=Term.objects.none(), required=False, empty_label="不属于某一届", help_text="换届材料选择"
    )
    file = forms.FileField(
        label="文件",
        help_text="pdf、jpg、png，不超过 10 MB",
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def __init__(self, *args, organization: Organization, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["term"].queryset = Term.objects.of(organization)
        self.fields["term"].label_from_instance = lambda term: f"第 {term.number} 届"
