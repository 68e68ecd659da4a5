"""上级党组织变更. The target may lie outside the asker's reach, so it is named by code and name."""

from django import forms
from django.core.exceptions import ValidationError

from orgs.models import Organization
from partyplatform.ui.forms import CleanText, PlatformForm

NOT_FOUND = "没有找到编码与名称相符的党组织，请核对"


class TargetForm(PlatformForm):
    """Step 1: which organisation becomes the new parent."""

    code = CleanText(
        label="新上级党组织编码",
        max_length=12,
        help_text="12 位编码，可在组织信息页查到",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    name = CleanText(label="新上级党组织名称", max_length=100, help_text="简称或全称，用于核对编码")

    def clean(self):
        code, name = self.cleaned_data.get("code"), self.cleaned_data.get("name")
        if not code or not name:
            return self.cleaned_data
        target = Organization.objects.living().filter(code=code).first()
        if target is None or name not in (target.short_name, target.full_name):
            raise ValidationError({"code": NOT_FOUND})
        self.target = target
        return self.cleaned_data


class AskForm(TargetForm):
    """Step 2, below the preview: why, and on which document."""

    reason = CleanText(label="变更原因", max_length=500, lines=True)
    document = CleanText(label="文号", max_length=60, required=False)


class DecisionForm(PlatformForm):
    remark = CleanText(label="审批意见", max_length=500, required=False, lines=True)
