"""批量转接 and 批量通过: the cells to correct, where ticked members go, the opinion on many steps."""

from django import forms

from partyplatform.ui import sheets
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedMonth
from transfers.forms.starting import ASK_CAUSE, this_month, validity
from transfers.imports import BY_NAME
from transfers.models import TransferBatchRow
from transfers.orders import NOTE, TARGET

LONGEST_CELL = 200


class RowFilter(FilterForm):
    state = forms.ChoiceField(label="结果", choices=(("", "全部"), *TransferBatchRow.State.choices))

    def narrow(self, rows):
        return rows.filter(state=self.values["state"]) if "state" in self.values else rows


class RepairForm(sheets.RepairForm):
    """The bad cells of some lines of 批量转接表."""

    left_out = "不办理"

    def cell_field(self, row, name, reason):
        return CleanText(
            label=BY_NAME[name].label,
            help_text=f"原因：{reason}",
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            initial=row.texts.get(name, ""),
            max_length=LONGEST_CELL,
            required=False,
        )

    def take(self, row, typed):
        row.type_anew(typed, BY_NAME)


class ManyForm(PlatformForm):
    """What holds for all ticked members, and, where several branches take them in, the branch of each."""

    cause = forms.ChoiceField(label="转接原因", choices=ASK_CAUSE)
    dues_paid_to = TypedMonth(label="党费交至", help_text="月份，如 2026-11")
    valid_days = validity()
    note = CleanText(label="说明", max_length=200, required=False, lines=True)

    def __init__(self, *args, members, targets, **kwargs):
        super().__init__(*args, **kwargs)
        self.members, self.targets = members, targets
        self.fields["dues_paid_to"].initial = this_month()
        self.asks_each = len(targets) > 1
        for place, member in enumerate(members if self.asks_each else ()):
            evenly = targets[place * len(targets) // len(members)]
            self.fields[_key(member)] = forms.ChoiceField(
                label=f"{member.name}的转入组织",
                choices=[(target.code, target.short_name) for target in targets],
                initial=evenly.code,
            )

    @property
    def common(self):
        return [self[name] for name in ("cause", "dues_paid_to", "valid_days", "note")]

    @property
    def each(self):
        """(member, the field with its branch), as the page lists them."""
        return [(member, self[_key(member)]) for member in self.members] if self.asks_each else []

    def target_of(self, member):
        by_code = {target.code: target for target in self.targets}
        return by_code[self.cleaned_data[_key(member)]] if self.asks_each else self.targets[0]

    @property
    def facts(self):
        """The values every order has beside its target."""
        names = ("cause", "dues_paid_to", "valid_days", NOTE)
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data[name] not in ("", None)}


class PassForm(PlatformForm):
    """The opinion that goes with each of the ticked steps."""

    remark = CleanText(label="审批意见", max_length=500, required=False, lines=True)


def _key(member):
    return f"{TARGET}-{member.pk}"
