"""Every field × every question of 组合查询, against plain Python over the same rows. Source: screens.md 2.8."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone

from accounts.powers import Power
from eforefront.queries import compiling, describing, listing
from eforefront.queries.checking import Checked, names_people, needs_today
from eforefront.queries.definition import Condition, Group, Query, dump, load
from eforefront.queries.kinds import Kind
from eforefront.queries.subjects import SUBJECTS
from eforefront.tests import query_world
from eforefront.tests.query_world import DAY
from members import membership
from members.models import Member
from members.services import standings
from partyplatform.tests.kept import kept

pytestmark = pytest.mark.django_db
AT_ONCE = 60  # conditions of one statement
TWO = {"between"}


@kept
def world():
    return query_world.build()


# ── the same in Python ──────────────────────────────────────────────────────────────────────────────────


def reach(row, path):
    """Follow a path of the ORM through objects."""
    for name in path.split("__"):
        if row is None:
            return None
        if name == "date":
            row = timezone.localdate(row)
        elif name != "pk":
            row = getattr(row, name, None)
    return row


def stored(field, row):
    """What a row holds, in the unit the question is put in."""
    if field.measure == "years":
        born = reach(row, field.path)
        return None if born is None else DAY.year - born.year - ((DAY.month, DAY.day) < (born.month, born.day))
    if field.measure == "seniority":
        correction = row.profile.seniority_correction if hasattr(row, "profile") else 0
        months = membership.seniority(row, on=DAY, correction=correction)
        return None if months is None else months // 12
    if field.column is not None and field.kind is Kind.EXACT:
        return field.column.text(row)
    value = reach(row, field.path)
    return value / 100 if field.measure == "fen" and value is not None else value


def descendants(table, code):
    found = {code}
    while more := {row.code for row in table if row.parent in found} - found:
        found |= more
    return found


def holds(field, op, values, row):
    """Whether a row answers a question; everything that is not so is the opposite."""
    value = stored(field, row)
    is_empty = value is None or (
        not isinstance(value, (bool, int, float)) and len(bytes(value) if isinstance(value, memoryview) else value) == 0
        if isinstance(value, (str, bytes, memoryview))
        else False
    )
    if op == "empty":
        return is_empty
    if op == "filled":
        return not is_empty
    if op in ("is_not", "outside"):
        return not holds(field, {"is_not": "is", "outside": "within"}[op], values, row)
    if is_empty:
        return False
    match field.kind:
        case Kind.TEXT:
            word = values[0]
            return {"is": value == word, "contains": word in value, "starts": value.startswith(word)}[op]
        case Kind.CODE:
            table = field.choices.table
            return any(value in (descendants(table, code) if table else {code}) for code in values)
        case Kind.BOOLEAN:
            return value is (op == "yes")
        case Kind.EXACT:
            return value == values[0]
        case Kind.PLACE:
            return any(str(above.pk) == values[0] for above in value.get_ancestors(include_self=True))
        case Kind.NUMBER:
            ends = [float(each) for each in values]
        case _:
            ends = [datetime.date.fromisoformat(each if len(each) > 7 else f"{each}-01") for each in values]
    return {
        "is": value == ends[0],
        "from": value >= ends[0],
        "until": value <= ends[0],
        "at_least": value >= ends[0],
        "at_most": value <= ends[0],
        "between": min(ends) <= value <= max(ends),
    }[op]


def questions(field, rows, world):
    """Every operator of a field with values that some of the rows have."""
    found = sorted({text for row in rows if (text := as_text(field, stored(field, row)))})
    if field.kind is Kind.PLACE:
        found = [str(world.college.pk)]
    elif field.kind is Kind.CODE:
        tops = (
            {field.choices.table.rows[code].parent for code in found if code in field.choices.table.rows}
            if field.choices.table
            else set()
        )
        found = [*found, *sorted(tops - {""})] or [field.choices.offered[0][0]]
    elif not found:
        found = {Kind.DATE: ["2020-01-01"], Kind.MONTH: ["2020-01"], Kind.NUMBER: ["1"]}.get(field.kind, ["无此内容"])
    for operator in field.operators:
        for value in found if operator.takes else found[:1]:
            values = (value, found[-1]) if operator.name in TWO else (value,) if operator.takes else ()
            yield operator.name, tuple(part[:3] if operator.name in ("contains", "starts") else part for part in values)


def as_text(field, value):
    if value is None or isinstance(value, (bool, bytes, memoryview)) or field.kind in (Kind.PLACE, Kind.PRESENCE):
        return ""
    if isinstance(value, datetime.date):
        return f"{value:%Y-%m}" if field.kind is Kind.MONTH else value.isoformat()
    return f"{value:g}" if isinstance(value, float) else str(value)


def flagged(rows, asked):
    """The rows each Q holds for, many of them in one statement."""
    found = []
    for start in range(0, len(asked), AT_ONCE):
        part = asked[start : start + AT_ONCE]
        flags = {
            f"c{number}": Case(When(one, then=Value(1)), default=Value(0), output_field=IntegerField())
            for number, one in enumerate(part)
        }
        answered = list(rows.order_by().annotate(**flags).values_list("pk", *flags))
        found += [{pk for pk, *each in answered if each[number]} for number in range(len(part))]
    return found


def compiler_of(subject, role):
    compiler = compiling.Compiler(subject, role, None)
    compiler.day = DAY
    return compiler


def every_row(subject, role):
    return subject.found(role, "enrolled" if subject.name == "member" else "all", None, None, "")


@pytest.mark.parametrize("name", sorted(SUBJECTS))
def test_every_question_about_every_field_is_answered_as_in_plain_python(world, name):
    subject, role = SUBJECTS[name], world.roles.root
    rows = every_row(subject, role)
    asked = [(field, op, values) for field in subject.fields.values() for op, values in questions(field, rows, world)]
    conditions = [Condition(field.name, op, values) for field, op, values in asked]
    for condition in conditions:
        assert Checked(Query(name, where=Group((condition,))), role).problems == {}
    compiler = compiler_of(subject, role)
    compiled = [compiler.group(Group((condition,))) for condition in conditions]
    for (field, op, values), found in zip(asked, flagged(rows, compiled), strict=True):
        assert found == {row.pk for row in rows if holds(field, op, values, row)}, (field.label, op, values)


RELATIONS = [(name, one.name) for name, subject in SUBJECTS.items() for one in subject.relations]


@pytest.mark.parametrize(("name", "relation"), [pair for pair in RELATIONS if pair != ("organization", "members")])
def test_every_question_about_rows_that_hang_on_it_is_answered_as_in_plain_python(world, name, relation):
    subject, role = SUBJECTS[name], world.roles.root
    relation = subject.related[relation]
    rows = relation.rows(role)
    assert rows
    asked = [(field, op, values) for field in relation.fields for op, values in questions(field, rows, world)]
    conditions = [Condition(field.name, op, values) for field, op, values in asked]
    inside = Group((Group(tuple(conditions[:30]), relation=relation.name),))
    assert Checked(Query(name, where=inside), role).problems == {}
    compiler = compiler_of(subject, role)
    compiled = [compiler.group(Group((condition,)), relation) for condition in conditions]
    for (field, op, values), found in zip(asked, flagged(rows, compiled), strict=True):
        assert found == {row.pk for row in rows if holds(field, op, values, row)}, (field.label, op, values)


@pytest.mark.parametrize("name", ["member", "organization"])
def test_rows_that_hang_on_it_are_there_missing_or_so_many(world, name):
    subject, role = SUBJECTS[name], world.roles.root
    owners = {row.pk for row in every_row(subject, role)}
    compiler, asked, expected = compiler_of(subject, role), [], []
    fits = {"some": lambda n: n > 0, "none": lambda n: n == 0, "at_least": lambda n: n >= 2, "at_most": lambda n: n < 2}
    for relation in subject.relations:
        field = relation.fields[0]
        hits = [
            reach(row, relation.link).pk
            for row in relation.rows(role)
            if holds(field, "filled", (), row) and reach(row, relation.link) is not None
        ]
        for how, number in (("some", ""), ("none", ""), ("at_least", "2"), ("at_most", "1")):
            part = Group((Condition(field.name, "filled"),), relation=relation.name, how=how, number=number)
            asked.append(compiler.group(Group((part,))))
            expected.append({owner for owner in owners if fits[how](hits.count(owner))})
    assert flagged(every_row(subject, role), asked) == expected


# ── what holds together ─────────────────────────────────────────────────────────────────────────────────


def names(query, role):
    return [row.name for row in compiling.rows(query, role)]


def test_groups_nest_and_may_hold_all_together_or_any(world):
    women, old = Condition("gender", "within", ("2",)), Condition("age", "at_least", ("60",))
    lost, men = Condition("is_lost", "yes"), Condition("gender", "within", ("1",))
    inner = Group(
        (Group((women, old)), Group((men, Group((lost, Condition("name", "is", ("钱进",))), every=False)))), every=False
    )
    expected = [m for m in ("周敏", "陈国栋", "钱进") if m != "周敏" or world.members.zhou.gender == "2"]
    assert sorted(names(Query(where=Group((inner,))), world.roles.root)) == sorted(expected)
    assert load(dump(Query(where=Group((inner,))))) == Query(where=Group((inner,)))


def test_a_query_as_of_a_day_finds_who_stood_there_then(world):
    sun = Member.objects.get(pk=world.members.sun.pk)
    standings_before = sun.standings.get()
    standings_before.begins_on = datetime.date(2025, 9, 1)
    standings_before.organization = world.artists
    standings_before.ends_on = DAY
    standings_before.save()
    standings.Standing.objects.create(
        member=sun, organization=world.students, category="1", status="1", begins_on=DAY, cause="转接"
    )
    there = Condition("organization", "within", (str(world.artists.pk),))
    query = Query(on="2026-01-31", where=Group((there,)))
    assert names(query, world.roles.root) == ["孙丽"]
    assert names(Query(on="2026-01-31"), world.roles.artists) == ["孙丽"]
    assert (
        names(Query(on="2026-01-31", columns=("name", "education")), world.roles.artists) == []
    )  # of today: not in reach
    assert not needs_today(query)
    assert names(Query(where=Group((there,))), world.roles.root) == ["钱进"]


def cells(query, role):
    """The whole list of a query, cell by cell."""
    checked = Checked(query, role)
    rows = listing.everything(compiling.rows(query, role, checked), query, checked.day)
    shown = listing.columns(query, checked.day)
    return [[column.text(line) for column in shown] for line in listing.lines(rows, query, role)]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (Query(where=Group((Condition("born_on", "from", ("昨天",)),))), "日期不正确"),
        (Query(where=Group((Condition("age", "is", ("三",)),))), "数字"),
        (Query(where=Group((Condition("gender", "within", ("7",)),))), "没有"),
        (Query(where=Group((Condition("gender", "within"),))), "请填写"),
        (Query(where=Group((Condition("password", "is", ("x",)),))), "没有这个项目"),
        (Query(where=Group((Condition("gender", "contains", ("1",)),))), "没有这个项目"),
        (Query(where=Group((Condition("id_number", "is", ("1234",)),))), "完整"),
        (Query(where=Group((Group(relation="user"),))), "没有这个项目"),
        (Query(where=Group((Group((Group(relation="dues"),), relation="posts"),))), "没有这个项目"),
        (Query(where=Group((Group(relation="posts", how="at_least", number="x"),))), "数量"),
        (Query(on="2999-01-01"), "不能晚于今天"),
        (Query("transfer", on="2026-01-01"), "没有截至日期"),
        (Query(columns=("id_number_sealed",)), "没有这个项目"),
        (Query(sort="id_number_index"), "没有这个项目"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(world, query, said):
    with pytest.raises(ValidationError, match=said):
        compiling.rows(query, world.roles.root)


def test_a_text_that_no_form_makes_is_no_query():
    deep = '{"every":true,"relation":"","how":"some","number":"","parts":[' * 50 + "]}" * 50
    for text in ("", "[]", '{"where": 1}', '{"where":' + deep + ',"columns":[]}', '{"where":{"parts":[{"parts":0}]}}'):
        with pytest.raises(ValidationError):
            load(text)


# ── what may not be found out ───────────────────────────────────────────────────────────────────────────


class Without:
    """A role that lacks some powers."""

    def __init__(self, role, *powers):
        self._role, self._powers = role, powers

    def __getattr__(self, name):
        return getattr(self._role, name)

    def can(self, power):
        return power not in self._powers and self._role.can(power)


def test_sealed_values_are_asked_for_only_by_who_may_see_them(world):
    blind = Without(world.roles.root, Power.REVEAL_FIELDS)
    number = world.members.zhou.unsealed_id_number()
    for field, value in (("id_number", number), ("phone", "18088880000")):
        query = Query(where=Group((Condition(field, "is", (value,)),)))
        assert names(query, world.roles.root) == ["周敏"]
        with pytest.raises(ValidationError, match="不能按"):
            compiling.rows(query, blind)
        turned = Query(
            where=Group((Group((Condition(field, "is", (value,)), Condition("name", "filled")), every=False),))
        )
        with pytest.raises(ValidationError, match="不能按"):
            compiling.rows(turned, blind)
        assert "周敏" in names(Query(where=Group((Condition(field, "filled"),))), blind)
    for name in ("address", "profile_residence", "residence", "former_number", "emergency_phone"):
        field = SUBJECTS["member"].fields.get(name)
        if field is not None:
            assert {operator.name for operator in field.operators} == {"empty", "filled"}


def test_affairs_are_asked_about_only_with_the_power(world):
    narrow = Without(world.roles.root, Power.QUERY_AFFAIRS)
    for relation in ("transfers", "dues", "dues_standards", "attendance", "registrations"):
        with pytest.raises(ValidationError, match="不能查询"):
            compiling.rows(Query(where=Group((Group(relation=relation),))), narrow)
        with pytest.raises(ValidationError, match="不能查询"):
            compiling.rows(Query(columns=("name", relation)), narrow)
    for relation in ("developments", "gatherings", "leaving", "arriving"):
        with pytest.raises(ValidationError, match="不能查询"):
            compiling.rows(Query("organization", where=Group((Group(relation=relation),))), narrow)
    for subject in ("transfer", "dues", "gathering", "applicant"):
        for query in (Query(subject), Query(subject, columns=tuple(SUBJECTS[subject].columns[:1]))):
            with pytest.raises(ValidationError, match="不能查询"):
                compiling.rows(query, narrow)


@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_an_organisation_narrows_every_subject(world, subject):
    def found(place):
        scope = "" if subject == "member" else "all"
        return {row.pk for row in compiling.rows(Query(subject, scope=scope, place=place), world.roles.root)}

    everything, below, beside = found(""), found(str(world.college.pk)), found(str(world.artists.pk))
    assert below
    assert below < everything or subject in ("transfer", "post")
    assert not below & beside
    assert compiling.rows(Query(subject, place=str(world.root.pk)), world.roles.root).count() == (
        compiling.rows(Query(subject), world.roles.root).count()
    )


def test_nobody_out_of_reach_is_found_whatever_is_asked(world):
    for role, inside in ((world.roles.staff, {"周敏", "陈国栋", "李思远"}), (world.roles.artists, {"钱进"})):
        for part in (
            Condition("name", "filled"),
            Condition("gender", "outside", ("9",)),
            Group((Condition("name", "is", ("孙丽",)), Condition("name", "filled")), every=False),
            Group(relation="offices", how="at_least", number="0"),
            Group(relation="posts", how="at_most", number="9"),
        ):
            assert set(names(Query(where=Group((part,))), role)) == inside
    number = world.members.zhou.unsealed_id_number()
    assert names(Query(where=Group((Condition("id_number", "is", (number,)),))), world.roles.artists) == []


def test_an_organisation_out_of_reach_can_be_named_nowhere(world):
    outside = str(world.artists.pk)
    for query in (
        Query(place=outside),
        Query(where=Group((Condition("organization", "outside", (outside,)),))),
        Query(where=Group((Group((Condition("organization", "within", (outside,)),), relation="standings"),))),
        Query("organization", where=Group((Condition("parent", "within", (str(world.root.pk),)),))),
        Query("transfer", where=Group((Condition("target", "within", (outside,)),))),
    ):
        with pytest.raises(ValidationError, match="不在您的管理范围内"):
            compiling.rows(query, world.roles.staff)
    compiler = compiling.Compiler(SUBJECTS["member"], world.roles.staff, None)  # and unchecked it finds nothing
    there = compiler.group(Group((Condition("organization", "within", (str(world.root.pk),)),)))
    assert list(Member.objects.filter(there)) == []


def test_rows_of_other_branches_are_not_asked_about_through_a_member(world):
    owing = Query(where=Group((Group((Condition("state", "within", ("1",)),), relation="dues"),)))
    assert sorted(names(owing, world.roles.root)) == ["周敏", "孙丽"]
    assert names(owing, world.roles.college) == ["周敏"]  # what 表演支部 collected is not the college's business


def test_who_holds_a_post_is_found_by_name_only_in_reach(world):
    Member.objects.filter(pk=world.members.zhou.pk).update(organization=world.artists)
    for op, words in (("is", ("周敏",)), ("is_not", ("陈国栋",))):
        held = Query("organization", where=Group((Group((Condition("holder", op, words),), relation="posts"),)))
        assert [row.short_name for row in compiling.rows(held, world.roles.staff)] == []
        assert len(compiling.rows(held, world.roles.root)) == 2


def test_a_query_that_names_a_person_says_so_and_hides_the_number(world):
    number = world.members.zhou.unsealed_id_number()
    query = Query(where=Group((Condition("id_number", "is", (number,)), Condition("gender", "within", ("2",)))))
    assert names_people(query)
    assert not names_people(Query(where=Group((Condition("gender", "within", ("2",)),))))
    said = describing.described(query, Checked(query, world.roles.root).places)
    assert said == "范围 在册党员（党籍正常）；身份证号 等于 （指定值） 并且 性别 属于 女"


def test_so_many_of_what_nobody_has_is_nobody_and_none_at_least_is_everybody(world):
    """Also beside another condition of which one is enough."""
    everybody = names(Query(), world.roles.root)
    nothing = Condition("name", "is", ("没有这个人",))
    for how, number, expected in (
        ("at_least", "0", everybody),
        ("at_least", "1", ["周敏"]),
        ("at_least", "3", []),
        ("at_most", "0", [name for name in everybody if name != "周敏"]),
        ("at_most", "2", everybody),
    ):
        part = Group((Condition("authority", "filled"),), relation="honours", how=how, number=number)
        assert names(Query(where=Group((part,))), world.roles.root) == expected
        assert names(Query(where=Group((nothing, part), every=False)), world.roles.root) == expected
