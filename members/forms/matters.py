"""The forms of 党员管理业务, made from the table of procedures, and the filters of its lists.

Source: screens.md 2.7.
"""

from collections.abc import Callable
from typing import Any

from django import forms

from members import codes
from members.fields import ASK, NewPhone, SearchedCode
from members.models import Matter
from members.number_filter import NUMBER_HINT, NumberFilter
from members.procedures import LOST, Event, Procedure
from partyplatform.audit import ActingRole
from partyplatform.ui.forms import CleanText, FilterForm, PlatformForm, TypedDate, TypedMonth

TEXTS = ("occupation", "certificate", "host", "country", "degree", "contact_name")
KEPT_PHONE = "已登记 {}；不改请留空"


def _text(name: str) -> Callable[..., forms.Field]:
    return lambda **kept: CleanText(max_length=Matter._meta.get_field(name).max_length, **kept)


def _choice(table: Any) -> Callable[..., forms.Field]:
    return lambda **kept: forms.ChoiceField(choices=[ASK, *table.choices], **kept)


# fmt: off
ASKED: dict[str, tuple[str, Callable[..., forms.Field]]] = {
    **{name: (str(Matter._meta.get_field(name).verbose_name), _text(name)) for name in TEXTS},
    "region":   ("外出流向",       lambda **kept: SearchedCode(table=codes.REGIONS, **kept)),
    "scope":    ("流动范围",       _choice(codes.FLOW_SCOPES)),
    "way":      ("出国（境）方式", _choice(codes.ABROAD_KINDS)),
    "ends_on":  ("截止日期",       lambda **kept: TypedDate(**kept)),
    "phone":    ("联系电话",       lambda **kept: NewPhone(max_length=30, **kept)),
    "talk_on":  ("谈话日期",       lambda **kept: TypedDate(not_future=True, **kept)),
    "talker":   ("谈话人",         lambda **kept: CleanText(max_length=50, **kept)),
    "document": ("依据、文号",     lambda **kept: CleanText(max_length=60, **kept)),
    "remark":   ("备注",           lambda **kept: CleanText(max_length=200, lines=True, **kept)),
    "note":     ("情况说明",       lambda **kept: CleanText(max_length=200, lines=True, **kept)),
}
# fmt: on


def _field(procedure: Procedure, event: Event, name: str) -> forms.Field:
    required = event.requires(name)
    if name == "cause":
        return _choice(procedure.causes)(label=procedure.labels["cause"], required=required)
    label, make = ASKED[name]
    if name == "ends_on" and event.verb == "extend":
        return make(label=f"新的{procedure.labels['ends_on']}", required=required)
    return make(label=procedure.labels.get(name, label), required=required)


class EventForm(PlatformForm):
    """The day of an event and what it asks. A matter given shows what is known already; the phone comes up empty."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, procedure: Procedure, event: Event, matter: Matter, **kwargs: Any):
        fields: dict[str, forms.Field] = {"version": self.base_fields["version"]}
        if event.dated:
            in_months = procedure is LOST and event.begins
            day = TypedMonth if in_months else TypedDate
            may_come = procedure.slug == "abroad" and event.begins
            fields["on"] = day(label=event.dated, not_future=not may_come)
        self.base_fields = fields | {name: _field(procedure, event, name) for name in event.fields}
        known = {name: getattr(matter, name) for name in event.fields if hasattr(matter, name)}
        known |= {"ends_on": None} if event.verb == "extend" else {}
        kwargs["initial"] = known | {"version": matter.version} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if "phone" in self.fields and matter.pk and matter.phone_sealed:
            self.fields["phone"].help_text = KEPT_PHONE.format(matter.shown_phone)

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PeopleFilter(NumberFilter):
    """姓名, 身份证号 and 组织, which all lists share."""

    name = CleanText(label="姓名", max_length=50)
    id_number = CleanText(label="身份证号", max_length=40, widget=forms.TextInput(attrs={"placeholder": NUMBER_HINT}))
    place = CleanText(label="所在党组织", max_length=50)

    @property
    def people(self) -> dict[str, str]:
        return {name: self.values.get(name, "") for name in ("name", "id_number", "place")}


class ListFilter(PeopleFilter):
    """The filters of one of the lists: a status, and the days between which it began."""

    state = forms.ChoiceField(label="状态")
    since = TypedDate(label="日期从")
    until = TypedDate(label="日期至")
    states: tuple[tuple[str, str], ...] = (("open", "办理中"), ("all", "全部"))
    day = ""  # the field the days are compared with

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", self.states[0][1]), *self.states[1:]]  # type: ignore[attr-defined]

    def narrow(self, rows: Any, role: ActingRole) -> Any:
        """Return the rows the filters leave; those of a 身份证号 are of people in reach of the role."""
        values, people = self.values, self.people
        if number := people.pop("id_number"):
            rows = rows.filter(member__in=self.found(role, id_number=number).order_by().values("pk"))
        rows = self.in_state(rows.of_people(**people), values.get("state", self.states[0][0]))
        bounds = {
            f"{self.day}__{way}": values[name] for name, way in (("since", "gte"), ("until", "lte")) if name in values
        }
        return rows.filter(**bounds)

    def in_state(self, rows: Any, state: str) -> Any:
        """Return the rows of a status; "all" are all of them."""
        return rows


class MatterFilter(ListFilter):
    day = "began_on"

    def in_state(self, rows: Any, state: str) -> Any:
        if state == "open":
            return rows.open()
        return rows if state == "all" else rows.in_state(state)


def matter_filter(procedure: Procedure) -> type[MatterFilter]:
    """Return the filter of one procedure's list: its own states."""
    states = (*MatterFilter.states, *((state.value, state.label) for state in procedure.states))
    return type("MatterFilter", (MatterFilter,), {"states": states})


class HardshipFilter(ListFilter):
    day = "since_on"
    states = (("open", "帮扶中"), ("all", "全部"), ("over", "已解除"))

    def in_state(self, rows: Any, state: str) -> Any:
        return rows if state == "all" else rows.filter(until_on__isnull=state == "open")


class ReminderFilter(FilterForm):
    """Whose reminders; the kind is in the tabs."""

    name = CleanText(label="姓名", max_length=50)
    place = CleanText(label="所在党组织", max_length=50)
