"""Forms of 通知动态. Source: screens.md 3.9."""

import re

from django import forms
from django.core.exceptions import ValidationError

from eforefront.models.notices import LONGEST
from eforefront.notice_workflow import WAITING, NewsState, NoticeState, Range
from eforefront.rich_text import HINT
from orgs.models import Organization
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedDate

MOST_CHILDREN = 100  # offered as check boxes; others are named by their codes
_CODES = re.compile(r"[\s,;，；、]+")


class TextForm(PlatformForm):
    """标题 and 正文."""

    title = CleanText(label="标题", max_length=100)
    body = CleanText(
        label="正文", max_length=LONGEST, lines=True, help_text=HINT, widget=forms.Textarea(attrs={"rows": 14})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    also_sent = ("preview",)


class NoticeForm(TextForm):
    """A notice of the role's organisation; `role` limits what 指定的党组织 may name."""

    range = forms.ChoiceField(label="发布范围", choices=Range.choices, widget=forms.RadioSelect, initial=Range.BELOW)
    children = forms.TypedMultipleChoiceField(
        label="指定下级党组织", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    codes = CleanText(
        label="其他党组织编码",
        max_length=1000,
        required=False,
        lines=True,
        help_text="范围为“指定的党组织”时填写：管理范围内的任意党组织，12 位编码，每行一个",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    closes_on = TypedDate(label="截止日期", required=False, help_text="过期后不再提示未读")
    is_pinned = forms.BooleanField(label="置顶", required=False)
    needs_receipt = forms.BooleanField(label="需要回执（党员须点“确认收到”）", required=False)

    field_order = ("title", "body", "range", "children", "codes", "closes_on", "is_pinned", "needs_receipt", "version")

    def __init__(self, *args, role, **kwargs):
        super().__init__(*args, **kwargs)
        self.role = role
        if role.organization.is_branch:
            self.fields["range"].choices = [(Range.OWN, Range.OWN.label)]
            self.fields["range"].initial = Range.OWN
            del self.fields["children"], self.fields["codes"]
            return
        below = Organization.objects.itself_and_children(role.organization_id).exclude(pk=role.organization_id)
        children = list(below.living().in_tree_order().values_list("pk", "short_name")[: MOST_CHILDREN + 1])
        if len(children) > MOST_CHILDREN:
            del self.fields["children"]
        else:
            self.fields["children"].choices = children

    def clean_codes(self):
        codes = set(filter(None, _CODES.split(self.cleaned_data["codes"])))
        found = Organization.objects.visible_to(self.role).living().filter(code__in=codes)
        by_code = dict(found.values_list("code", "pk"))
        if missing := sorted(codes - set(by_code)):
            raise ValidationError(f"没有找到编码为 {'、'.join(missing[:5])} 的党组织，请核对")
        return list(by_code.values())

    @property
    def words(self):
        """What the service takes."""
        names = ("title", "body", "range", "closes_on", "is_pinned", "needs_receipt")
        values = self.cleaned_data
        chosen = {*values.get("children", ()), *values.get("codes", ())}
        return {name: values[name] for name in names} | {"chosen": chosen}


class ActForm(PlatformForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = CleanText(label="原因", max_length=200, lines=True)

    def __init__(self, *args, step, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = f"{step.label}原因"
        if not step.reason:
            del self.fields["reason"]


class FileForm(PlatformForm):
    file = forms.FileField(
        label="文件",
        help_text="pdf、jpg、png，不超过 10 MB",
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class _TitleFilter(FilterForm):
    """By words of the title."""

    title = CleanText(label="标题", max_length=50)

    def titled(self, rows):
        for word in self.values.get("title", "").split():
            rows = rows.filter(title__contains=word)
        return rows

    def narrow(self, rows):
        rows = self.titled(rows)
        return rows.filter(state=self.values["state"]) if "state" in self.values else rows


class NoticeFilter(_TitleFilter):
    unread = forms.BooleanField(label="只看未读")


class ManagedNoticeFilter(_TitleFilter):
    state = forms.ChoiceField(label="状态", choices=[("", "全部"), *NoticeState.choices[:3]])


class NewsFilter(_TitleFilter):
    pass


class ManagedNewsFilter(_TitleFilter):
    state = forms.ChoiceField(label="状态", choices=[("", "全部"), (WAITING, "待本组织审核"), *NewsState.choices[:5]])

    def narrow(self, rows):
        """What waits for the reader's own organisation the page looks up itself."""
        return super().narrow(rows) if self.values.get("state") != WAITING else self.titled(rows)


class ReaderFilter(FilterForm):
    """Readers of one notice."""

    done = forms.ChoiceField(
        label="阅读情况", choices=[("", "未读"), ("read", "已读"), ("open", "已读未回执"), ("told", "已回执")]
    )
    place = CleanText(label="所在党组织", max_length=50)
