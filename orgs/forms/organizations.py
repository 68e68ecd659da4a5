"""组织信息, 新建党组织 and 扩展信息集. Source: screens.md 2.3."""

from django import forms
from django.core.exceptions import ValidationError

from orgs import codes, rules
from orgs.forms.versions import VersionsField
from orgs.models import Organization, OrganizationProfile
from orgs.services.organizations import FIELDS, PROFILE_FIELDS
from partyplatform import phones
from partyplatform.ui.forms import CleanText, PlatformForm, PlatformModelForm, TypedDate


class Phone(CleanText):
    """A mobile or land-line number; strokes of Chinese keyboards become hyphens. Source: screens.md 4.3."""

    def to_python(self, value):
        return phones.normalise(super().to_python(value))


def check_phone(text: str) -> str:
    """Return a mobile or land-line number, or raise ValidationError. Source: screens.md 4.3."""
    if text and (problem := phones.problem(text)):
        raise ValidationError(problem)
    return text


def _yes_no(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=(("0", "否"), ("1", "是")),
        coerce=lambda value: value == "1",
        empty_value=False,
        initial="0",
        required=False,
        widget=forms.RadioSelect,
    )


class OrganizationForm(PlatformModelForm):
    """The fields that people fill in; code and parent are shown beside it, never taken from it."""

    full_name = CleanText(label="党组织全称", max_length=100)
    short_name = CleanText(label="党组织简称", max_length=50)
    org_type = forms.ChoiceField(label="组织类别", choices=(("", "请选择"), *codes.ORG_TYPES.choices))
    affiliation = forms.ChoiceField(label="党组织隶属关系", choices=(("", "请选择"), *codes.AFFILIATIONS.choices))
    founded_on = TypedDate(label="批准建立党组织日期", not_future=True)
    founding_document = CleanText(label="批复文号", max_length=60, required=False)
    is_functional = _yes_no("是否是功能型党支部")
    is_elderly_majority = _yes_no("以老年党员为主的党支部")
    unit_relation = forms.ChoiceField(
        label="所在单位",
        choices=[(code, f"{code}. {name}") for code, name in codes.UnitRelation.choices],
        widget=forms.RadioSelect,
    )
    unit_name = CleanText(label="关联单位名称", max_length=100, required=False)
    contact_name = CleanText(label="联系人", max_length=50, required=False)
    contact_phone = Phone(label="联系电话", max_length=30, required=False, validators=[check_phone])
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Organization
        fields = FIELDS

    def __init__(self, *args, parent=None, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            for name in ("is_functional", "is_elderly_majority"):
                self.initial[name] = "1" if getattr(self.instance, name) else "0"
            if self.instance.unit_relation == codes.UnitRelation.SAME_AS_PARENT:
                self.initial["unit_name"] = ""
        elif parent is not None:
            self.initial.setdefault("affiliation", parent.affiliation)
            self.initial.setdefault("unit_relation", codes.UnitRelation.SAME_AS_PARENT)

    def _post_clean(self):
        """The service checks the rules of the model; the form only reads."""

    @property
    def full_name_hint(self) -> str:
        return f"{rules.name_hint(self._types, 'full')}，与印章一致"

    @property
    def short_name_hint(self) -> str:
        return rules.name_hint(self._types, "short")

    @property
    def _types(self) -> list[str]:
        """The type the organisation has; for a new one, every type it may get."""
        offered = [code for code, _ in self.fields["org_type"].choices if code]
        return [self.instance.org_type] if self.instance.pk else offered

    @property
    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in FIELDS}


class ProfileForm(PlatformModelForm):
    address = CleanText(label="通讯地址", max_length=200, required=False)
    postcode = CleanText(label="邮编", max_length=6, required=False)
    fax = Phone(label="传真", max_length=30, required=False, validators=[check_phone])
    venue = CleanText(label="活动场所", max_length=200, required=False)
    remark = CleanText(label="备注", max_length=500, required=False, lines=True)
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = OrganizationProfile
        fields = PROFILE_FIELDS

    def clean_postcode(self):
        postcode = self.cleaned_data["postcode"]
        if postcode and not (len(postcode) == 6 and postcode.isdigit()):
            raise ValidationError("邮编应为 6 位数字")
        return postcode

    def _post_clean(self):
        """The service checks the rules of the model; the form only reads."""

    @property
    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in PROFILE_FIELDS}


class ClosingForm(PlatformForm):
    """撤销: date, document and reason."""

    on = TypedDate(label="撤销日期", not_future=True)
    document = CleanText(label="撤销文号", max_length=60, required=False)
    reason = CleanText(label="撤销原因", max_length=500, required=False, lines=True)
    versions = VersionsField(expired="页面已过期，请重新勾选要撤销的党组织")


class RestoringForm(PlatformForm):
    reason = CleanText(label="恢复原因", max_length=500, lines=True)
    version = forms.IntegerField(widget=forms.HiddenInput)


class MergingForm(PlatformForm):
    """合并: the branch that takes the members, chosen among those the role administers.

    `versions` are those of the closing branch and of every branch offered.
    """

    into = forms.ModelChoiceField(label="并入的党支部", queryset=Organization.objects.none(), empty_label="请选择")
    on = TypedDate(label="合并日期", not_future=True)
    document = CleanText(label="批准文号", max_length=60, required=False)
    versions = VersionsField()

    def __init__(self, *args, targets, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = targets
