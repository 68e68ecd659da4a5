"""From a query to rows: every condition is one Q, every relation one EXISTS or count. Nothing else makes SQL of it.

What a reader may ask is decided by `checking` before; here reach is put into the statement itself, so that neither a
relation nor an organisation named in a condition shows what lies outside.
"""

import datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone

from accounts import id_numbers
from eforefront.queries.checking import Checked, day_of, needs_today, number_of
from eforefront.queries.definition import Condition, Group, Query
from eforefront.queries.fields import Field, Measure
from eforefront.queries.kinds import Kind
from eforefront.queries.past import Past
from eforefront.queries.relations import Relation
from eforefront.queries.subjects import Subject
from members.codes import PersonCategory
from orgs.dates import add_months
from orgs.models import Organization
from orgs.reach import reached

ALWAYS, NEVER = Q(), Q(pk__in=[])


def rows(query: Query, role: Any, checked: Checked | None = None) -> QuerySet:
    """Return what a query finds for a role, in its order; raises ValidationError unless the role may ask it.

    `checked` is the query as it was looked through for this role already.
    """
    checked = checked or Checked(query, role)
    checked.refuse()
    subject: Any = checked.subject
    place = int(query.place) if query.place else None
    found = subject.found(role, query.scope or subject.scopes[0][0], place, checked.past, query.sort)
    if checked.day is not None and subject.reaches_back and needs_today(query):
        found = found.visible_to(role)
    condition = Compiler(subject, role, checked.past).group(query.where)
    return found.filter(condition) if condition else found


class Compiler:
    """Conditions as Q, for one role and one day."""

    def __init__(self, subject: Subject, role: Any, past: Past | None) -> None:
        self.subject, self.role, self.past = subject, role, past
        self.day = past.day if past is not None else timezone.localdate()

    def group(self, group: Group, relation: Relation | None = None) -> Q:
        """Return what the parts of a group come to; of none, nothing is asked."""
        found = ALWAYS
        for part in group.parts:
            one = self._part(part, relation)
            found = found & one if group.every else found | one
        return found

    def _part(self, part: Condition | Group, relation: Relation | None) -> Q:
        if isinstance(part, Condition):
            field = relation.field(part.field) if relation else self.subject.fields[part.field]
            assert field is not None
            return self.condition(field, part.op, part.values, past=None if relation else self.past)
        return self._related(part) if part.relation else self.group(part, relation)

    def _related(self, group: Group) -> Q:
        relation = self.subject.related[group.relation]
        hanging = relation.rows(self.role).order_by().filter(**{relation.link: OuterRef("pk")})
        hanging = hanging.filter(self.group(group, relation))
        if group.how in ("some", "none"):
            return Q(Exists(hanging)) if group.how == "some" else ~Q(Exists(hanging))
        counted = hanging.values(relation.link).annotate(n=Count("pk")).values("n")
        number = Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))
        least = int(group.number) + (group.how == "at_most")
        if group.how == "at_most":
            return Q(LessThan(number, least)) if least > 1 else ~Q(Exists(hanging))
        if not least:
            return ~NEVER
        # Whether there is any at all is found by an index, of rare rows from their side; only of those it is counted.
        return Q(Exists(hanging)) & (Q(GreaterThanOrEqual(number, least)) if least > 1 else ALWAYS)

    def condition(self, field: Field, op: str, values: tuple[str, ...], *, past: Past | None) -> Q:
        """Return one condition. What is not so is everything else, empty fields included."""
        path = field.at(past)
        found = {"is_not": "is", "outside": "within", "no": "yes", "filled": "empty"}.get(op, op)
        asked = self._asked(field, path, found, [value.strip() for value in values if value.strip()], past)
        if field.kind is Kind.BOOLEAN and op == "no":
            asked = Q(**{path: False})
        elif found != op:
            asked = ~asked
        return asked & reached(self.role, field.guard) if field.guard else asked

    def _asked(self, field: Field, path: str, op: str, values: list[str], past: Past | None) -> Q:
        if op == "empty":
            return self._empty(field, path)
        match field.kind:
            case Kind.TEXT:
                return Q(**{f"{path}__{_lookup(path, op)}": values[0]})
            case Kind.CODE:
                assert field.choices is not None
                wanted = frozenset().union(*(field.choices.expanded(value) for value in values))
                return Q(**{f"{path}__in": sorted(wanted)})
            case Kind.PLACE:
                return self._places(path, values, past)
            case Kind.BOOLEAN:
                return Q(**{path: True})
            case Kind.EXACT:
                return self._exact(field, path, values[0])
            case Kind.NUMBER:
                return self._number(field, path, op, [number_of(field, value) or 0 for value in values])
        days = [day_of(field, value) for value in values]
        return _span(path, op, days)

    def _empty(self, field: Field, path: str) -> Q:
        if field.measure is Measure.SENIORITY:
            return ~Q(**{_category(path, self.past): PersonCategory.FULL}) | Q(**{path: None})
        if field.kind in (Kind.TEXT, Kind.CODE, Kind.EXACT):
            return Q(**{path: ""}) | Q(**{f"{path}__isnull": True})
        if field.kind is Kind.PRESENCE:
            return Q(**{path: b""}) | Q(**{f"{path}__isnull": True})
        return Q(**{f"{path}__isnull": True})

    def _places(self, path: str, values: list[str], past: Past | None) -> Q:
        """In one of the organisations or below it, as far as the reader reaches; as of a day, where they stood then."""
        if past is not None:
            return past.below([int(value) for value in values], "" if path == "pk" else path)
        found, prefix = NEVER, "" if path == "pk" else f"{path}__"
        for value in values:
            root = Organization.objects.visible_to(self.role).order_by().filter(pk=int(value))
            found |= Q(
                **{
                    f"{prefix}tree_id": Subquery(root.values("tree_id")),
                    f"{prefix}lft__gte": Subquery(root.values("lft")),
                    f"{prefix}lft__lte": Subquery(root.values("rght")),
                }
            )
        return found

    def _exact(self, field: Field, path: str, value: str) -> Q:
        assert field.column is not None
        text = id_numbers.normalise(value) if field.name == "id_number" else field.column.normalise(value)
        return Q(**{f"{path}__in": field.column.search_keys(text)})

    def _number(self, field: Field, path: str, op: str, numbers: list[int]) -> Q:
        least, most = _ends(op, numbers)
        if field.measure is Measure.YEARS:
            return self._years(path, least, most)
        if field.measure is Measure.SENIORITY:
            return self._seniority(path, least, most)
        wanted = {f"{path}__gte": least, f"{path}__lte": most}
        return Q(**{name: value for name, value in wanted.items() if value is not None})

    def _years(self, path: str, least: int | None, most: int | None) -> Q:
        """Whoever is 31 was born 31 years ago or before, and less than 32."""
        asked = Q(**{f"{path}__isnull": False})
        if least is not None:
            asked &= Q(**{f"{path}__lte": self._ago(least)})
        return asked & Q(**{f"{path}__gt": self._ago(most + 1)}) if most is not None else asked

    def _ago(self, years: int) -> datetime.date:
        return add_months(self.day, -12 * max(0, min(years, self.day.year - 2)))

    def _seniority(self, path: str, least: int | None, most: int | None) -> Q:
        """By full months since 转正, corrected, as `membership.seniority` counts them."""
        begun = Case(When(**{f"{path}__day__gt": self.day.day}, then=Value(1)), default=Value(0))
        months = (
            Value(self.day.year * 12 + self.day.month)
            - ExtractYear(path) * 12
            - ExtractMonth(path)
            - begun
            + Coalesce(F("profile__seniority_correction"), 0)
        )
        if most is not None and most < 0:
            return NEVER
        asked = Q(**{_category(path, self.past): PersonCategory.FULL, f"{path}__isnull": False})
        if least is not None and least > 0:
            asked &= Q(GreaterThanOrEqual(months, least * 12))
        return asked & Q(LessThan(months, (most + 1) * 12)) if most is not None else asked


def _lookup(path: str, op: str) -> str:
    if op == "is":
        return "exact"
    if op == "starts":
        return "startswith" if path == "name" else "istartswith"  # the index on names serves it
    return "icontains"


def _category(path: str, past: Past | None) -> str:
    """The path to 人员类别 beside that to 转正日期."""
    return "on_category" if past else path.replace("confirmed_on", "category")


def _ends(op: str, numbers: list[int]) -> tuple[int | None, int | None]:
    match op:
        case "is":
            return numbers[0], numbers[0]
        case "at_least":
            return numbers[0], None
        case "at_most":
            return None, numbers[0]
    return min(numbers[:2]), max(numbers[:2])


def _span(path: str, op: str, days: list[Any]) -> Q:
    match op:
        case "is":
            return Q(**{path: days[0]})
        case "from":
            return Q(**{f"{path}__gte": days[0]})
        case "until":
            return Q(**{f"{path}__lte": days[0]})
    return Q(**{f"{path}__gte": min(days[:2]), f"{path}__lte": max(days[:2])})
