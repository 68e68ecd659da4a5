"""Whether a query makes sense, and whether its reader may ask it: a sentence for each place that does not.

Asked afresh before each run: rights, reach and code tables change, and a shared query is run by somebody else.
"""

import datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import id_numbers
from eforefront.queries.definition import HOWS, Condition, Group, Query, parts_of
from eforefront.queries.fields import Field, Measure
from eforefront.queries.kinds import MANY, OPERATORS, Kind, Time
from eforefront.queries.past import Past
from eforefront.queries.relations import Relation
from eforefront.queries.subjects import SUBJECTS, Subject
from members import ordering
from orgs.models import Organization
from partyplatform.ui.forms import TypedDate, TypedMonth

NO_RIGHT = "当前角色不能按“{label}”的内容查询，只能查为空或不为空"
NO_POWER = "当前角色不能查询“{label}”"
NO_PLACE = "没有找到该党组织，或不在您的管理范围内"
UNKNOWN = "没有这个项目，请删除后重新添加"
LARGEST = 10**9
MOST_EXACT = 3  # numbers and phones of one query: more of them would be guessing
TOO_MANY_EXACT = f"一次最多查询 {MOST_EXACT} 个身份证号或电话"
MOST_RELATIONS = 3  # columns of one list that read rows of their own


class Checked:
    """A query that was looked through: `problems` by path, and the organisations its conditions name."""

    def __init__(self, query: Query, role: Any) -> None:
        self.query, self.role = query, role
        self.problems: dict[str, str] = {}
        self.places: dict[int, Organization] = {}
        self.subject = SUBJECTS.get(query.subject)
        if self.subject is None:
            self.problems["subject"] = UNKNOWN
            return
        self._find_places()
        self._look_at_head(self.subject)
        for path, part, fields in _with_fields(query.where, self.subject):
            if problem := self._problem(part, fields):
                self.problems[path] = problem
        if exact_values(query) > MOST_EXACT:
            self.problems["exact"] = TOO_MANY_EXACT

    @property
    def day(self) -> datetime.date | None:
        return _day(self.query.on) if self.query.on else None

    @cached_property
    def past(self) -> Past | None:
        """The day in the past with the tree as it stood."""
        return Past(self.day, self.role, self.places.values()) if self.day is not None else None

    def refuse(self) -> None:
        """Raise ValidationError unless the query can be run."""
        if self.problems:
            raise ValidationError(list(dict.fromkeys(self.problems.values())))

    def _look_at_head(self, subject: Subject) -> None:
        query = self.query
        if not self.role.can(subject.power):
            self.problems["subject"] = NO_POWER.format(label=subject.label)
        if query.scope and query.scope not in dict(subject.scopes):
            self.problems["scope"] = UNKNOWN
        if query.place and not self._is_place(query.place):
            self.problems["place"] = NO_PLACE
        if query.sort and query.sort not in dict(subject.sorts):
            self.problems["sort"] = UNKNOWN
        if query.on:
            self._look_at_day(subject)
        for name in query.columns:
            if problem := self._column_problem(subject, name):
                self.problems.setdefault("columns", problem)
        if sum(name in subject.related for name in query.columns) > MOST_RELATIONS:
            self.problems["columns"] = f"党内职务、奖惩等明细列最多 {MOST_RELATIONS} 个"

    def _look_at_day(self, subject: Subject) -> None:
        day = _day(self.query.on)
        if day is None or day > timezone.localdate():
            self.problems["on"] = "日期应写成 2026-06-30 的样子，且不能晚于今天"
        elif not subject.has_day:
            self.problems["on"] = f"{subject.label}的查询没有截至日期"
        elif self.query.scope == "history":
            self.problems["on"] = "历史党员的查询没有截至日期"

    def _column_problem(self, subject: Subject, name: str) -> str:
        found = subject.fields.get(name) or subject.related.get(name)
        if found is None or not getattr(found, "is_listed", True):
            return UNKNOWN
        return "" if self.role.can(found.power) else NO_POWER.format(label=found.label)

    def _problem(self, part: Condition | Group, fields: dict[str, Field | Relation]) -> str:
        if isinstance(part, Group):
            return self._group_problem(part, fields)
        found = fields.get(part.field)
        operator = OPERATORS.get(part.op)
        if not isinstance(found, Field) or operator is None or found.kind not in operator.kinds:
            return UNKNOWN
        if not self.role.can(found.power):
            return NO_POWER.format(label=found.label)
        if not found.may_be_asked(part.op, self.role):
            return NO_RIGHT.format(label=found.label)
        wanted = max(1, len(part.values)) if operator.takes == MANY else operator.takes
        values = [value for value in part.values if value.strip()]
        if len(values) < wanted:
            return f"请填写“{found.label}”的条件值"
        return next((problem for value in values[:wanted] if (problem := self._value_problem(found, value))), "")

    def _group_problem(self, part: Group, fields: dict[str, Field | Relation]) -> str:
        if not part.relation:
            return ""
        relation = fields.get(part.relation)
        if not isinstance(relation, Relation) or part.how not in HOWS:
            return UNKNOWN
        if not self.role.can(relation.power):
            return NO_POWER.format(label=relation.label)
        if part.how in ("at_least", "at_most") and not (part.number.isascii() and part.number.isdigit()):
            return "请填写数量"
        return ""

    def _value_problem(self, field: Field, value: str) -> str:
        match field.kind:
            case Kind.CODE if field.choices is not None:
                return "" if field.choices.knows(value) else f"“{field.label}”没有“{value[:20]}”这一项"
            case Kind.PLACE:
                return "" if self._is_place(value) else NO_PLACE
            case Kind.DATE | Kind.MONTH:
                return "" if day_of(field, value) else f"“{field.label}”的日期不正确"
            case Kind.NUMBER:
                return "" if number_of(field, value) is not None else f"“{field.label}”应填写数字"
            case Kind.EXACT if field.name == "id_number":
                number = id_numbers.normalise(value)
                is_whole = id_numbers.is_former(number) or not id_numbers.problem(number, today=timezone.localdate())
                return "" if is_whole else "身份证号须填写完整的号码"
        return ""

    def _is_place(self, value: str) -> bool:
        return value.isascii() and value.isdigit() and int(value) in self.places

    def _find_places(self) -> None:
        """Look up every organisation the query names, among those in reach, in one statement."""
        named = {self.query.place} | {
            value for _, part in parts_of(self.query.where) if isinstance(part, Condition) for value in part.values
        }
        ids = {int(value) for value in named if value.isascii() and value.isdigit() and len(value) < 19}
        if not ids or (not self.query.place and not _names_places(self.query)):
            return
        self.places = Organization.objects.visible_to(self.role).in_bulk(ids)


def _names_places(query: Query) -> bool:
    subject = SUBJECTS[query.subject]
    return any(
        isinstance(field := fields.get(part.field), Field) and field.kind is Kind.PLACE
        for _, part, fields in _with_fields(query.where, subject)
        if isinstance(part, Condition)
    )


def _with_fields(
    group: Group, subject: Subject, path: str = "w", fields: dict[str, Any] | None = None
) -> list[tuple[str, Condition | Group, dict[str, Any]]]:
    """Return (path, part, the fields and relations that can be asked there) of everything inside a group."""
    here: dict[str, Any] = fields if fields is not None else {**subject.related, **subject.fields}
    found: list[tuple[str, Condition | Group, dict[str, Any]]] = []
    for number, part in enumerate(group.parts):
        found.append((f"{path}.{number}", part, _asked(subject, part, here)))
        if isinstance(part, Group):
            relation = subject.related.get(part.relation) if part.relation else None
            inner = {field.name: field for field in relation.fields} if relation else here
            found += _with_fields(part, subject, f"{path}.{number}", inner)
    return found


def _asked(subject: Subject, part: Condition | Group, here: dict[str, Any]) -> dict[str, Any]:
    if isinstance(part, Group) and part.relation:
        is_outside = any(isinstance(found, Relation) for found in here.values())
        return dict(subject.related) if is_outside else {}
    return here


def names_people(query: Query) -> bool:
    """Whether a condition asks for a name, a number or a phone."""
    for _, part, fields in _with_fields(query.where, SUBJECTS[query.subject]):
        if isinstance(part, Condition) and getattr(fields.get(part.field), "is_private", False):
            return True
    return False


def exact_values(query: Query) -> int:
    """Return how many whole numbers and phones a query looks for."""
    return sum(
        isinstance(part, Condition) and getattr(fields.get(part.field), "takes_search_key", False) and part.op == "is"
        for _, part, fields in _with_fields(query.where, SUBJECTS[query.subject])
    )


def needs_today(query: Query) -> bool:
    """Whether a query as of a day speaks of today as well: then only those in reach today are listed."""
    subject = SUBJECTS[query.subject]
    for _, part, fields in _with_fields(query.where, subject):
        if isinstance(part, Group):
            if part.relation:
                return True
        elif getattr(fields.get(part.field), "time", Time.TODAY) is Time.TODAY:
            return True
    sorted_by = ordering.COLUMNS.get(query.sort.removeprefix("-"), "")
    if sorted_by in subject.fields and subject.fields[sorted_by].time is Time.TODAY:
        return True
    return any(getattr(subject.fields.get(name), "time", Time.TODAY) is Time.TODAY for name in query.columns)


def day_of(field: Field, value: str) -> datetime.date | None:
    """Return the day a value means, None for none; of a month its first day."""
    try:
        return (TypedMonth() if field.kind is Kind.MONTH else TypedDate()).clean(value)
    except ValidationError:
        return None


def number_of(field: Field, value: str) -> int | None:
    """Return the number a value means as it is stored: yuan become fen; None for no number."""
    try:
        number = Decimal(value.strip()) * (100 if field.measure is Measure.FEN else 1)
    except InvalidOperation:
        return None
    if not number.is_finite() or number != number.to_integral_value() or abs(number) > LARGEST:
        return None
    return int(number)


def _day(text: str) -> datetime.date | None:
    try:
        return TypedDate().clean(text)
    except ValidationError:
        return None
