"""What tables count: members, events, matters, organisations. Each source gives its rows for a report and its facts.

A source never reads what happened after the day of the report: rows of `Standing` follow each other without a gap, and
what counts is where somebody stood at the end of that day.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Substr

from eforefront.models import Applicant
from eforefront.statistics.affairs import (
    applicants,
    appraisals,
    began,
    cycles,
    ended,
    lasting,
    matters,
    org_type,
    organizations,
    stage,
    term,
    with_past,
)
from eforefront.statistics.facts import FACTS, PERSONAL, flag, text
from eforefront.statistics.frame import Frame
from members.codes import EXPEL_KINDS, MembershipStatus, PersonCategory
from members.models import Honour, Penalty, Standing
from orgs.dates import add_months

S = MembershipStatus
GONE = (S.EXPELLED, S.DECEASED, S.TRANSFERRED, S.OTHER)
WRONG = "9"  # 误录删除
EXTENDING, ANNULLING = "延长预备期", "取消预备党员资格"  # as `acts` calls them in the history


@dataclass(frozen=True)
class Source:
    """`rows` gives what is counted, several querysets where one cannot hold it; `facts` what only this source knows.

    `member` is the path to the person ("" where organisations are counted), `place` the path to where it counts.
    `shows` says what a list of persons prints beside them: {label: path or annotation}.
    """

    name: str
    label: str
    rows: Callable[[Frame], list[QuerySet]]
    facts: Mapping[str, Any] = field(default_factory=dict)
    member: str = "member__"
    place: str = "organization"
    shows: Mapping[str, str] = field(default_factory=dict)
    is_person: bool = False  # the rows themselves are people, none of them a member

    @property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.facts) | (frozenset(PERSONAL) if self.member else frozenset())

    def expression(self, name: str, frame: Frame) -> Any:
        """Return where a fact stands in the rows of this source."""
        if name in self.facts:
            found = self.facts[name]
            return found(frame) if callable(found) else F(found)
        where = FACTS[name].where
        assert where is not None
        return where(self.member, frame)


def _standing(frame: Frame) -> QuerySet:
    return with_past(Standing.objects.order_by(), frame)


def _wrong(frame: Frame) -> Exists:
    """Whose record had turned out to be wrong by the day: the person never counted. Source: statistics.md 1."""
    rows = Standing.objects.on(frame.on).filter(member=OuterRef("member"), status=S.OTHER, kind=WRONG)
    return Exists(rows.order_by())


def _truly(rows: QuerySet, frame: Frame) -> QuerySet:
    """Without those who never counted. Asked as a truth of each row: a bare NOT EXISTS becomes a join, for which
    PostgreSQL went through the whole history once a row; a figure to be equal to something it takes for rare, and
    joins what is left row by row."""
    truth = Coalesce(_wrong(frame), Value(False), output_field=BooleanField())
    return rows.alias(wrong=truth).filter(wrong=False)


def _counted(frame: Frame) -> list[QuerySet]:
    return [_standing(frame).on(frame.on).filter(frame.places.q("organization"), status=S.NORMAL)]


def _reported_before(frame: Frame) -> list[QuerySet]:
    """上年底上报数: whoever counted at the end of the year before."""
    return [_standing(frame).on(frame.since).filter(frame.places_before.q("organization"), status=S.NORMAL)]


def _neighbour(rows: QuerySet, way: str) -> dict[str, Subquery]:
    """Annotations of the row before or after in a member's history."""
    before = way == "before"
    near = Standing.objects.filter(**{"member": OuterRef("member"), "pk__lt" if before else "pk__gt": OuterRef("pk")})
    near = near.order_by("-pk" if before else "pk")
    names = {"status": "status", "place": "organization", "kind": "kind", "cause": "cause", "category": "category"}
    return {f"near_{name}": Subquery(near.values(column)[:1]) for name, column in names.items()}


def _increases(frame: Frame) -> list[QuerySet]:
    """Whoever counts from a day of the period on and did not before, each time it happened."""
    rows = _standing(frame).filter(
        frame.within("begins_on"), frame.inside("begins_on", "organization"), status=S.NORMAL
    )
    rows = rows.annotate(**_neighbour(rows, "before"))
    counted = Q(near_status=S.NORMAL) & frame.inside("begins_on", "near_place", annotated=True)
    return [_truly(rows.filter(Q(near_status=None) | ~counted), frame)]


def _decreases(frame: Frame) -> list[QuerySet]:
    """Whoever counted until a day of the period and does not any more, each time it happened."""
    rows = _standing(frame).filter(frame.within("ends_on"), frame.inside("ends_on", "organization"), status=S.NORMAL)
    rows = rows.annotate(**_neighbour(rows, "after"))
    counts = Q(near_status=S.NORMAL) & frame.inside("ends_on", "near_place", annotated=True)
    return [_truly(rows.exclude(counts), frame)]


def _stopped_and_gone(frame: Frame) -> list[QuerySet]:
    """出党 of those whose 党籍 had been stopped: they had left the figures before."""
    rows = _standing(frame).filter(
        frame.within("begins_on"), frame.inside("begins_on", "organization"), status=S.EXPELLED
    )
    rows = rows.annotate(**_neighbour(rows, "before"))
    return [_truly(rows.filter(near_status=S.SUSPENDED), frame)]


def _whole(frame: Frame, *, coming: bool) -> list[QuerySet]:
    """Who came or went with a whole branch, once for each day on which one did."""
    found = []
    for day, before, after in frame.turns:
        here, there = (after, before) if coming else (before, after)
        moved = here.q("organization") & ~there.q("organization")
        lasting = Q(ends_on=None) | Q(ends_on__gte=day)
        rows = _standing(frame).filter(moved, lasting, begins_on__lt=day, status=S.NORMAL)
        found.append(_truly(rows, frame))
    return found


def _way_in(frame: Frame) -> Case:
    """增加方式 as the report counts it: the code of member_add_kind, "0" for what corrects 上年底总数, "?" unknown."""
    first = Q(kind__in=["1", "11", "2", "21", "3", "31", "32", "33"]) & Q(near_status=None)
    return Case(
        When(first, then=F("kind")),  # most of them: each mention of the row before is a look at it
        When(near_status=S.NORMAL, kind="32", then=Value("32")),
        When(near_status=S.NORMAL, then=Value("31")),
        When(near_status=S.SUSPENDED, then=Value("21")),
        When(near_status=S.OTHER, near_kind=WRONG, then=Value("0")),
        When(kind="22", then=Value("22")),
        When(Q(kind="9") | Q(kind="4", counted_as=""), then=Value("0")),
        When(kind="4", then=F("counted_as")),
        default=Value("?"),
        output_field=CharField(),
    )


def _way_out(frame: Frame) -> Case:
    """减少方式 as the report counts it, "0" for what corrects 上年底总数, "?" unknown."""
    return Case(
        When(near_status=S.NORMAL, near_kind="32", then=Value("42")),
        When(near_status=S.NORMAL, then=Value("41")),
        When(near_status=S.SUSPENDED, then=Value("2")),
        When(near_status=S.EXPELLED, then=Value("1")),
        When(near_status=S.DECEASED, then=Value("3")),
        When(near_status=S.TRANSFERRED, then=Value("43")),
        When(near_status=S.OTHER, near_kind=WRONG, then=Value("0")),
        default=Value("?"),
        output_field=CharField(),
    )


def _expelled(cause: str) -> Callable[[Frame], Case]:
    """出党类别 by the name the history has for it."""
    whens = [When(**{cause: row.name[:20]}, then=Value(code)) for code, row in EXPEL_KINDS.rows.items()]
    return lambda frame: Case(*whens, default=Value(""), output_field=CharField())


def _probation(frame: Frame) -> list[QuerySet]:
    """The last row as 预备党员 of everybody who was one in the period, and did not leave otherwise."""
    rows = _standing(frame).filter(
        Q(ends_on=None) | Q(ends_on__gt=frame.since),
        frame.places.q("organization"),
        begins_on__lte=frame.on,
        category=PersonCategory.PROBATIONARY,
        status=S.NORMAL,
    )
    near = Standing.objects.filter(member=OuterRef("member"), pk__gt=OuterRef("pk"), begins_on__lte=frame.on)
    came_to = Case(
        When(status=S.NORMAL, category=PersonCategory.FULL, then=Value("confirmed")),
        When(status=S.EXPELLED, cause=ANNULLING, then=Value("annulled")),
        default=Value("left"),
        output_field=CharField(),
    )
    # One look at the next row, for each mention of an annotation is a look of its own.
    near = near.order_by("pk").annotate(came_to=came_to).values("came_to")[:1]
    rows = rows.annotate(came_to=Coalesce(Subquery(near), Value("open"), output_field=CharField()))
    extending = Standing.objects.filter(member=OuterRef("member"), cause=EXTENDING).order_by()
    rows = rows.annotate(
        extended_now=Exists(extending.filter(frame.within("begins_on"))),
        extended_before=Exists(extending.filter(begins_on__lte=frame.since)),
    )
    return [_truly(rows.exclude(came_to="left"), frame)]


def _over(frame: Frame, *, months: bool) -> Q:
    """The 预备期 has ended by the day, the extension included where there was one; time abroad may have put it off."""
    joined, until = "member__joined_on__lte", "member__profile__probation_until"
    put_off = Q(**{f"{until}__lte": frame.on})
    if not months:
        for more in range(1, 13):
            put_off |= Q(**{"member__profile__probation_months": more, f"{until}__lte": add_months(frame.on, more)})
        return Q(**{until: None, joined: add_months(frame.on, -12)}) | put_off
    found = Q(member__profile__probation_months=None, **{joined: add_months(frame.on, -12)})
    for more in range(1, 13):
        found |= Q(member__profile__probation_months=more, **{joined: add_months(frame.on, -12 - more)})
    return (Q(**{until: None}) & found) | put_off


def _due(frame: Frame) -> Case:
    """Whether the 预备期 that was running when the period began, or began in it, has ended by the day."""
    return Case(
        When(member__joined_on=None, then=Value("?")),
        When(Q(extended_before=True) & _over(frame, months=True), then=Value("1")),
        When(Q(extended_before=False) & _over(frame, months=False), then=Value("1")),
        default=Value("0"),
        output_field=CharField(),
    )


def _outcome(frame: Frame) -> Case:
    goes_on = Q(extended_now=True) & ~_over(frame, months=True)
    return Case(
        When(goes_on & Q(came_to="open"), then=Value("extended")), default=F("came_to"), output_field=CharField()
    )


def _extended(frame: Frame) -> Case:
    return flag(Q(extended_before=True) | Q(extended_now=True))


def _developed(**how: Any) -> Callable[[Frame], Case]:
    """Whether the development of the member, where the platform has it, was so."""
    return lambda frame: flag(Exists(Applicant.objects.order_by().filter(member=OuterRef("member"), **how)))


def _flagged(condition: Q) -> Callable[[Frame], Case]:
    return lambda frame: flag(condition)


def _given(model: Any) -> Callable[[Frame], list[QuerySet]]:
    """Lines of records dated in the period, of whoever counted below the organisation on their day."""

    def rows(frame: Frame) -> list[QuerySet]:
        at = "member__standings"
        lines = with_past(model.objects.order_by(), frame).filter(
            frame.within("given_on"),
            Q(**{f"{at}__ends_on": None}) | Q(**{f"{at}__ends_on__gt": F("given_on")}),
            frame.inside("given_on", f"{at}__organization"),
            **{f"{at}__begins_on__lte": F("given_on"), f"{at}__status__in": [S.NORMAL, S.SUSPENDED]},
            removed_at=None,
        )
        return [lines]

    return rows


_ITEMS = ("gender", "ethnicity", "education", "job_post", "front_line")
_DEVELOPED = {
    "recommended": _developed(recommended="league"),
    "model": _developed(is_model=True),
    "villager": _developed(is_villager=True),
}
_OF_APPLICANT = {
    "stage": stage,
    "migrant": lambda frame: Value("0", output_field=CharField()),
    **{name: (lambda frame, name=name: text(name)) for name in _ITEMS},
    "age": "born_on",
}
_CATEGORY = {"category": "category"}
_MATTER = {"category": "stood__category", "region": lambda frame: Substr(text("region"), 1, 2)}
_EVENT = {"日期": "begins_on", "变动": "cause"}
# fmt: off
SOURCES = {source.name: source for source in (
    Source("members",          "实有党员",           _counted,         _CATEGORY),
    Source("members_before",   "上年底党员",         _reported_before,
           _CATEGORY | {"wrong": lambda frame: flag(_wrong(frame))}),
    Source("increases",        "本年增加",           _increases,
           _CATEGORY | {"way": _way_in} | _DEVELOPED, shows=_EVENT),
    Source("decreases",        "本年减少",           _decreases,
           _CATEGORY | {"way": _way_out, "expelled": _expelled("near_cause")},
           shows={"日期": "ends_on", "变动": "near_cause"}),
    Source("whole_in",         "整建制转入",         lambda frame: _whole(frame, coming=True),  _CATEGORY),
    Source("whole_out",        "整建制转出",         lambda frame: _whole(frame, coming=False), _CATEGORY),
    Source("stopped_and_gone", "停止党籍后出党",     _stopped_and_gone, _CATEGORY | {"expelled": _expelled("cause")},
           shows=_EVENT),
    Source("probation",        "预备期",             _probation,
           {"outcome": _outcome, "due": _due, "extended": _extended,
            "postponed": _developed(postponed_to__isnull=False)},
           shows={"入党日期": "member__joined_on"}),
    Source("honours",          "表彰",               _given(Honour),   {"honour": "kind", "level": "level"},
           place="member__standings__organization", shows={"日期": "given_on", "表彰": "get_kind_display"}),
    Source("penalties",        "处分",               _given(Penalty),  {"penalty": "kind"},
           place="member__standings__organization", shows={"日期": "given_on", "处分": "get_kind_display"}),
    Source("cycles",           "民主评议的党支部",   cycles,          {"began": began(""), "ended": ended("")},
           member="", shows={"开展日期": "began_on", "结束日期": "ended_on"}),
    Source("appraisals",       "民主评议的党员",     appraisals,
           {"began": began("cycle__"), "ended": ended("cycle__"), "takes_part": _flagged(Q(takes_part=True)),
            "grade": lambda frame: text("grade"), "handling": lambda frame: text("handling")},
           place="cycle__organization", shows={"等次": "get_grade_display", "处置": "get_handling_display"}),
    Source("organizations",    "党组织",             organizations,
           {"org_type": org_type, "lasting": lasting, "term": term, "renewed": _flagged(Q(was_renewed=True))},
           member="", place="", shows={"组织类别": "org_type_label", "任期届满": "term_ends_on"}),
    Source("applicants",       "发展党员（未接收为预备党员）", applicants, _OF_APPLICANT, member="", is_person=True,
           shows={"申请入党": "applied_on", "积极分子": "activist_on", "发展对象": "candidate_on"}),
    Source("floating",         "流动党员",           matters("flow"),
           _MATTER | {"scope": "scope", "reason": "cause", "certificate": _flagged(~Q(certificate=""))},
           place="stood__organization", shows={"流出日期": "began_on", "流动范围": "get_scope_display"}),
    Source("lost",             "失联党员",           matters("lost"),
           _MATTER | {"reason": "cause", "lost_years": "began_on"},
           place="stood__organization", shows={"失去联系": "began_on", "情形": "cause_label"}),
    Source("abroad",           "出国（境）党员",     matters("abroad"),
           _MATTER | {"abroad_way": "way", "away_months": "began_on"},
           place="stood__organization", shows={"出国（境）日期": "began_on", "国家（地区）": "country"}),
    Source("returned",         "回国党员",           matters("abroad", over=True), _MATTER | {"abroad_way": "way"},
           place="stood__organization", shows={"回国日期": "ended_on", "国家（地区）": "country"}),
)}
# fmt: on
