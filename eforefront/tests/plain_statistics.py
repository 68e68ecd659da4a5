"""The tables counted once more in plain Python, row by row from what the database holds, to compare `engine` with.

Nothing here uses the sources or the groupings of `eforefront.statistics`; only the conditions, which are data, are
shared, and read anew.
"""

import datetime
from collections import defaultdict

from eforefront.models import Applicant, Appraisal, ReviewCycle
from eforefront.statistics.conditions import Days, In, Span
from members.codes import EXPEL_KINDS
from members.models import Honour, Matter, Member, MemberProfile, PastRecord, Penalty, Standing
from orgs.models import Organization, Term

NORMAL, SUSPENDED, GONE, DEAD, LEFT, OTHER = "1", "2", "32", "33", "31", "39"
EXPELLED = {row.name: code for code, row in EXPEL_KINDS.rows.items()}


def age(born, on, months=12):
    """Full years, or months, since a day; counted one by one."""
    whole = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    return whole // months


def holds(test, value, on, unit):
    if isinstance(test, In):
        return ((value or "") in test.values) != test.negated
    if value is None:
        return False
    number = value if isinstance(test, Days) else age(value, on, unit)
    assert isinstance(test, Days | Span)
    return (test.low is None or test.low <= number) and (test.high is None or number <= test.high)


class Plain:
    """`below(day)` says which organisations stood below the one asked about at the end of a day."""

    def __init__(self, below, on):
        self.below, self.on = below, on
        self.since = datetime.date(on.year - 1, 12, 31)
        self.members = {member.pk: member for member in Member.objects.all()}
        self.profiles = {p.pk: p for p in MemberProfile.objects.all()}
        self.pasts = defaultdict(list)
        for past in PastRecord.objects.filter(begins_on__lte=on, ends_on__gt=on):
            self.pasts[past.member_id].append(past)
        self._known = {}
        self.lives = defaultdict(list)
        for row in Standing.objects.order_by("pk"):
            self.lives[row.member_id].append(row)
        self.wrong = {pk for pk in self.lives if (row := self.at(pk, on)) and row.status == OTHER and row.kind == "9"}

    def at(self, pk, day):
        found = [r for r in self.lives[pk] if r.begins_on <= day and (r.ends_on is None or r.ends_on > day)]
        return found[-1] if found else None

    def counts(self, row, day):
        return row is not None and row.status == NORMAL and row.organization_id in self.below(day)

    def person(self, pk, **more):
        member, profile = self.members[pk], self.profiles.get(pk)
        told = {
            name: getattr(member, name)
            for name in ("gender", "ethnicity", "joined_on", "education", "title", "social_class", "job_post")
        }
        migrant, front = member.is_migrant_worker, profile.front_line if profile else ""
        for past in self.pasts[pk]:
            told |= {name: getattr(past, name) for name in ("education", "title", "social_class", "job_post")}
            migrant, front = past.is_migrant_worker, past.front_line
        told |= {"age": member.born_on, "seniority": member.confirmed_on, "migrant": "1" if migrant else "0"}
        told |= {"taiwan": "1" if profile and profile.is_from_taiwan else "0", "front_line": front}
        return told | more

    def rows(self, source):
        if source not in self._known:
            self._known[source] = list(getattr(self, source)())
        return self._known[source]

    def counted(self):
        for pk in self.lives:
            if self.counts(row := self.at(pk, self.on), self.on):
                yield self.person(pk, category=row.category)

    def members_before(self):
        for pk in self.lives:
            if self.counts(row := self.at(pk, self.since), self.since):
                yield self.person(pk, category=row.category, wrong="1" if pk in self.wrong else "0")

    def _steps(self):
        for pk, life in self.lives.items():
            if pk not in self.wrong:
                for before, after in zip([None, *life], life, strict=False):
                    if self.since < after.begins_on <= self.on:
                        yield pk, before, after

    def increases(self):
        for pk, before, after in self._steps():
            if self.counts(after, after.begins_on) and not self.counts(before, after.begins_on):
                way = self._way_in(before, after)
                yield self.person(pk, category=after.category, way=way, **self._development(pk))

    def _development(self, pk):
        """What the development of a member says; nothing where the platform has none."""
        rows = list(Applicant.objects.filter(member=pk))
        found = {
            "recommended": any(row.recommended == "league" for row in rows),
            "model": any(row.is_model for row in rows),
            "villager": any(row.is_villager for row in rows),
        }
        return {name: "1" if value else "0" for name, value in found.items()}

    def _way_in(self, before, after):
        if before is None:
            if after.kind == "4":
                return after.counted_as or "0"
            return {"9": "0", "": "?"}.get(after.kind, after.kind)
        if before.status == NORMAL:
            return "32" if after.kind == "32" else "31"
        if before.status == SUSPENDED:
            return "21"
        return "0" if (before.status, before.kind) == (OTHER, "9") else "22"

    def decreases(self):
        for pk, before, after in self._steps():
            if self.counts(before, after.begins_on) and not self.counts(after, after.begins_on):
                ways = {NORMAL: "41", SUSPENDED: "2", GONE: "1", DEAD: "3", LEFT: "43", OTHER: "0"}
                way = "42" if (after.status, after.kind) == (NORMAL, "32") else ways[after.status]
                yield self.person(pk, category=before.category, way=way, expelled=EXPELLED.get(after.cause, ""))

    def stopped_and_gone(self):
        for pk, before, after in self._steps():
            inside = after.organization_id in self.below(after.begins_on)
            if before is not None and (before.status, after.status) == (SUSPENDED, GONE) and inside:
                yield self.person(pk, category=after.category, expelled=EXPELLED.get(after.cause, ""))

    def _whole(self, coming):
        day, one = self.since, datetime.timedelta(days=1)
        while day < self.on:
            day += one
            new, old = self.below(day), self.below(day - one)
            moved = new - old if coming else old - new
            for pk, life in self.lives.items() if moved else ():
                for row in life:
                    lasts = row.ends_on is None or row.ends_on >= day
                    if row.organization_id in moved and row.status == NORMAL and row.begins_on < day and lasts:
                        yield self.person(pk, category=row.category)

    def whole_in(self):
        return self._whole(True)

    def whole_out(self):
        return self._whole(False)

    def probation(self):
        for pk, life in self.lives.items():
            known = [row for row in life if row.begins_on <= self.on]
            for number, row in enumerate(known):
                if (row.category, row.status) != ("2", NORMAL) or row.organization_id not in self.below(self.on):
                    continue
                if row.ends_on is not None and row.ends_on <= self.since:
                    continue
                after = known[number + 1] if number + 1 < len(known) else None
                if told := self._probation(pk, known, after):
                    yield self.person(pk, **told)

    def _probation(self, pk, life, after):
        member, profile = self.members[pk], self.profiles.get(pk)
        extended = [row.begins_on for row in life if row.cause == "延长预备期"]
        more = profile.probation_months if profile and extended else 0
        due = age(member.joined_on, self.on, 1) >= 12 + (more if extended and extended[0] <= self.since else 0)
        end = age(member.joined_on, self.on, 1) >= 12 + more
        if profile and profile.probation_until:
            due = end = profile.probation_until <= self.on
        if after is None:
            outcome = "extended" if extended and extended[0] > self.since and not end else "open"
        elif (after.status, after.category) == (NORMAL, "1"):
            outcome = "confirmed"
        elif (after.status, after.cause) == (GONE, "取消预备党员资格"):
            outcome = "annulled"
        else:
            return None
        postponed = any(row.postponed_to for row in Applicant.objects.filter(member=pk))
        flags = {"due": due, "extended": extended, "postponed": postponed}
        return {"outcome": outcome} | {name: "1" if value else "0" for name, value in flags.items()}

    def _given(self, model, name):
        for line in model.objects.filter(removed_at=None):
            row = self.at(line.member_id, line.given_on)
            in_period = self.since < line.given_on <= self.on and row and row.status in (NORMAL, SUSPENDED)
            if in_period and row.organization_id in self.below(line.given_on):
                yield self.person(line.member_id, **{name: line.kind, "level": getattr(line, "level", "")})

    def honours(self):
        return self._given(Honour, "honour")

    def penalties(self):
        return self._given(Penalty, "penalty")

    def _times(self, cycle):
        ended = "open" if cycle.ended_on is None or cycle.ended_on > self.on else "now"
        ended = "before" if cycle.ended_on and cycle.ended_on <= self.since else ended
        return {"began": "before" if cycle.began_on <= self.since else "now", "ended": ended}

    def cycles(self):
        for cycle in ReviewCycle.objects.filter(began_on__lte=self.on):
            if cycle.organization_id in self.below(self.on):
                yield self._times(cycle)

    def appraisals(self):
        for row in Appraisal.objects.select_related("cycle"):
            if row.cycle.organization_id in self.below(self.on) and row.cycle.began_on <= self.on:
                told = {"takes_part": "1" if row.takes_part else "0", "grade": row.grade, "handling": row.handling}
                yield self.person(row.member_id, **told, **self._times(row.cycle))

    def organizations(self):
        for organization in Organization.objects.filter(pk__in=self.below(self.on), founded_on__lte=self.on):
            kind, functional = organization.org_type, organization.is_functional
            living = organization.dissolved_on is None or organization.dissolved_on > self.on
            for past in organization.pasts.filter(begins_on__lte=self.on, ends_on__gt=self.on):
                kind, functional, living = past.org_type, past.is_functional, past.is_living
            if living:
                lasting = kind in ("611", "621", "631", "632") and not functional
                yield {"org_type": kind, "lasting": "1" if lasting else "0", **self._terms(organization)}

    def _terms(self, organization):
        terms = [
            t for t in Term.objects.filter(organization=organization).order_by("elected_on") if t.elected_on <= self.on
        ]
        term = ("expired" if terms[-1].ends_on <= self.on else "running") if terms else "none"
        renewed = any(t.elected_on > self.since and t.number > 1 for t in terms)
        return {"term": term, "renewed": "1" if renewed else "0"}

    def _matters(self, procedure, over=False):
        for matter in Matter.objects.filter(procedure=procedure):
            row = self.at(matter.member_id, self.on)
            if not self.counts(row, self.on):
                continue
            if over:
                wanted = matter.state in ("81", "84") and self.since < (matter.ended_on or self.since) <= self.on
            else:
                open_then = matter.ended_on is None or matter.ended_on > self.on
                wanted = open_then and matter.began_on <= self.on and matter.state not in ("88", "85")
            if wanted:
                yield self.person(
                    matter.member_id,
                    category=row.category,
                    region=matter.region[:2],
                    scope=matter.scope,
                    reason=matter.cause,
                    certificate="1" if matter.certificate else "0",
                    lost_years=matter.began_on,
                    abroad_way=matter.way,
                    away_months=matter.began_on,
                )

    def applicants(self):
        for row in Applicant.objects.all():
            over = [day for day in (row.approved_on, row.ended_on) if day and day <= self.on]
            if row.organization_id in self.below(self.on) and row.applied_on and row.applied_on <= self.on and not over:
                stage = "candidate" if row.candidate_on and row.candidate_on <= self.on else ""
                stage = stage or ("activist" if row.activist_on and row.activist_on <= self.on else "applicant")
                told = {
                    name: getattr(row, name) for name in ("gender", "ethnicity", "education", "job_post", "front_line")
                }
                yield told | {"age": row.born_on, "stage": stage, "migrant": "0"}

    def floating(self):
        return self._matters("flow")

    def lost(self):
        return self._matters("lost")

    def abroad(self):
        return self._matters("abroad")

    def returned(self):
        return self._matters("abroad", over=True)

    def table(self, table):
        """The figures of a table, as `engine.count_table` has them."""
        names = {table.source_of(row, column) for row in table.rows for column in table.columns} - {""}
        rows = {name: self.rows("counted" if name == "members" else name) for name in names}
        cells = {}
        for row in table.rows:
            for column in table.columns:
                if name := table.source_of(row, column):
                    tests = [*row.when, *column.when]
                    cells[row.key, column.key] = sum(self._fits(tests, told) for told in rows[name])
        for row in table.rows:
            for column in table.columns:
                if row.is_formula:
                    plus = sum(cells[key, column.key] for key in row.plus)
                    cells[row.key, column.key] = plus - sum(cells[key, column.key] for key in row.minus)
        return [[cells.get((row.key, column.key)) for column in table.columns] for row in table.rows]

    def _fits(self, tests, told):
        return all(holds(test, told[name], self.on, 1 if name == "away_months" else 12) for name, test in tests)
