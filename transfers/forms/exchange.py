"""Between platforms: whom to send to, what came, and what is decided about it."""

from django import forms
from django.core.exceptions import ValidationError

from orgs.models import Organization
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm
from transfers.codes import InState, MessageKind, OutState, Way
from transfers.exchange.envelope import LARGEST
from transfers.forms.filters import ANY
from transfers.forms.starting import NOT_FOUND
from transfers.models import Peer


class SendForm(PlatformForm):
    """Which installation, and how."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    peer = forms.ModelChoiceField(Peer.objects.none(), label="对方平台", empty_label="请选择")
    way = forms.ChoiceField(label="方式", choices=[("", "请选择"), *Way.choices])

    def __init__(self, *args, peers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["peer"].queryset = peers
        self.fields["peer"].label_from_instance = lambda peer: f"{peer}{'' if peer.address else '，只以文件交换'}"
        self.fields["way"].help_text = "网络发送由系统自动进行；文件传递由您下载后转交对方"


class ReceiveForm(PlatformForm):
    file = forms.FileField(
        label="交换文件",
        help_text=f"对方平台生成的 .json 文件，不超过 {LARGEST // 1024} KB",
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )


class _VersionForm(PlatformForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


class PlaceForm(_VersionForm):
    """An organisation in reach, by code and name."""

    target_code = CleanText(label="党组织编码", max_length=12, help_text="12 位党组织编码")
    target_name = CleanText(label="党组织名称", max_length=100, help_text="简称或全称，用于核对编码")

    def __init__(self, *args, role, **kwargs):
        super().__init__(*args, **kwargs)
        self.role = role

    def clean(self):
        code, name = self.cleaned_data.get("target_code"), self.cleaned_data.get("target_name")
        if code and name:
            found = Organization.objects.visible_to(self.role).filter(code=code).first()
            if found is None or name not in (found.short_name, found.full_name):
                raise ValidationError({"target_code": NOT_FOUND})
            self.target = found
        return self.cleaned_data


class WhyForm(_VersionForm):
    """A reason or a remark."""

    why = CleanText(label="退回原因", max_length=500, lines=True)

    def __init__(self, *args, role, label="退回原因", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["why"].label = label


class _MessageFilter(FilterForm):
    kind = forms.ChoiceField(label="类型", choices=(ANY, *MessageKind.choices))

    def narrow(self, rows):
        return rows.filter(**self.values)


class InFilter(_MessageFilter):
    state = forms.ChoiceField(label="状态", choices=(ANY, *InState.choices))


class OutFilter(_MessageFilter):
    state = forms.ChoiceField(label="状态", choices=(ANY, *OutState.choices))
