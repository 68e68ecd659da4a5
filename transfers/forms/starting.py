"""发起转接. The target may lie outside the reach of whoever starts, so it is named by code and name.

Source: screens.md 3.6.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.models import Organization
from partyplatform.ui.forms import CleanText, PlatformForm, TypedMonth
from transfers import workflow
from transfers.codes import Cause, TransferType
from transfers.services.starting import refuse_target

NOT_FOUND = "没有找到编码与名称相符的党组织，请核对"
RELEASED = "职务在组织关系转出之日结束，因任职取得的角色随之结束；转接未办结的，职务不变"
_COMMON = ("cause", "dues_paid_to", "valid_days", "note", "release", "release_reason")
ASK_CAUSE = [("", "请选择"), *Cause.choices]
_CITY, _OUT = workflow.DAYS[TransferType.CITY], workflow.DAYS[TransferType.OUT]
_DAYS = f"1 至 {workflow.MOST_DAYS} 天；不填按默认：市内 {_CITY} 天，市外 {_OUT} 天"


def branch_coded(code):
    """Return the branch of a 12-digit code that was chosen from the matches, None for any other."""
    return next(iter(branches_coded([code])), None)


def branches_coded(codes):
    """Return the branches of these codes that can take members in, in the order of the codes."""
    rows = Organization.objects.living().receiving_members().filter(code__in=[code for code in codes if code])
    found = {row.code: row for row in rows}
    return [found[code] for code in dict.fromkeys(codes) if code in found]


def branches_called(word, *, most):
    """Return living branches that take members in, whatever the reach of the reader (screens.md 4.6)."""
    if not word:
        return ()
    rows = Organization.objects.living().receiving_members().matching(word).in_tree_order()
    return rows[: most + 1]


def validity():
    """Return the field of 介绍信有效期."""
    return forms.IntegerField(
        label="介绍信有效期（天）", required=False, min_value=1, max_value=workflow.MOST_DAYS, help_text=_DAYS
    )


def this_month():
    return timezone.localdate().replace(day=1)


class _StartForm(PlatformForm):
    """What every transfer asks for."""

    cause = forms.ChoiceField(label="转接原因", choices=ASK_CAUSE)
    dues_paid_to = TypedMonth(label="党费交至", help_text="月份，如 2026-11")
    valid_days = validity()
    note = CleanText(label="说明", max_length=200, required=False, lines=True)

    release = forms.BooleanField(label="同时免去职务", required=False, help_text=RELEASED)
    release_reason = CleanText(label="免职理由", max_length=200, required=False)

    also_sent = ("check",)
    target = None

    def __init__(self, *args, member, posts=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["dues_paid_to"].initial = this_month()
        if posts:
            named = "、".join(f"{post.term.organization.short_name}{post.duty_label}" for post in posts)
            self.fields["release"].label = f"同时免去：{named}"
        else:
            del self.fields["release"], self.fields["release_reason"]

    def clean_release_reason(self):
        reason, is_ticked = self.cleaned_data["release_reason"], self.cleaned_data.get("release")
        if is_ticked and not reason:
            raise ValidationError("请填写免职理由")
        return reason if is_ticked else ""

    @property
    def words(self):
        """What the service takes beside the target."""
        apart = ("target_code", "target_name", "release")
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}


class InsideForm(_StartForm):
    """To a branch of the platform: 转入组织 by 12-digit code and name."""

    target_code = CleanText(
        label="转入组织编码",
        max_length=12,
        help_text="12 位党组织编码",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    target_name = CleanText(label="转入组织名称", max_length=100, help_text="简称或全称，用于核对编码")

    field_order = ("target_code", "target_name", *_COMMON)

    def clean(self):
        """Say at the field why a branch cannot be the target; the service asks again with the branch locked."""
        code, name = self.cleaned_data.get("target_code"), self.cleaned_data.get("target_name")
        if not code or not name:
            return self.cleaned_data
        found = Organization.objects.filter(code=code).first()
        if found is None or name not in (found.short_name, found.full_name):
            raise ValidationError({"target_code": NOT_FOUND})
        try:
            refuse_target(self.member, found)
        except ValidationError as refusal:
            raise ValidationError({"target_code": refusal.messages}) from refusal
        self.target = found
        return self.cleaned_data


class OutsideForm(_StartForm):
    """To a place that is not on the platform: 抬头 and 转往."""

    heading = CleanText(label="抬头（接收党组织名称）", max_length=100, help_text="接收方党委的全称")
    destination = CleanText(label="转往（去何单位）", max_length=100)

    field_order = ("heading", "destination", *_COMMON)
