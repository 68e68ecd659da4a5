"""A year of a small university, lived through the services day by day: what test_statistics counts."""

import datetime
from types import SimpleNamespace

import time_machine

from accounts.tests.factories import id_number
from eforefront.models import Applicant
from eforefront.services import reviews
from members.acts import ACTS
from members.models import Member, Twin
from members.procedures import ABROAD, FLOW, LOST
from members.sections import SECTIONS
from members.services import admissions, departures, matters, merging, records, sections, taking_along
from members.services import members as roll
from members.services.acts import carry_out
from orgs.models import Organization, OrganizationProfile
from orgs.services import closing, parents, upgrading
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory, TermFactory
from transfers.services.advancing import advance
from transfers.services.starting import start

DAY = datetime.date
TABLES = {table.slug: table for section in SECTIONS.values() for table in section.tables}
POSTS = ("0212", "0211", "0623", "0613", "0702", "0111", "0403", "0312", "0222", "0806")
EDUCATION = ("11", "12", "21", "22", "41", "61", "71")
ETHNICITIES = ("01", "01", "01", "11", "05", "97")


def at(day):
    """Let it be noon of a day, everywhere."""
    return time_machine.travel(datetime.datetime(day.year, day.month, day.day, 4, tzinfo=datetime.UTC), tick=False)


class Year:
    """The organisations, the people by name, and the verbs of the administrators."""

    def __init__(self):
        o = self.orgs = _organizations()
        self.by, self.people, self._number = Acting(o.root), {}, 0
        with at(DAY(2024, 12, 20)):
            for place in ("staff", "students", "ward", "clinic", "clerks"):
                for number in range(6):
                    self.enter(f"{place}{number}", getattr(o, place), kind="9", category="1")
            for number, joined in enumerate((DAY(2024, 3, 1), DAY(2024, 5, 1), DAY(2024, 6, 1), DAY(2024, 11, 1))):
                self.enter(
                    f"candidate{number}", o.students, kind="9", category="2", joined_on=joined, confirmed_on=None
                )

    def values(self, **changed):
        n = self._number
        told = {
            "gender": str(1 + n % 2),
            "ethnicity": ETHNICITIES[n % len(ETHNICITIES)],
            "born_on": DAY(1940 + n * 7 % 62, 1 + n % 12, 1 + n % 28),
            "education": EDUCATION[n % len(EDUCATION)],
            "job_post": POSTS[n % len(POSTS)],
            "is_migrant_worker": True if POSTS[n % len(POSTS)] == "0312" else None,
            "title": ("011", "012", "013", "014", "999")[n % 5],
            "social_class": "0",
            "native_place": "110101",
            "phone": "18088880000",
            "address": "示范市学院路1号院8号楼101室",
        }
        told["joined_on"] = max(DAY(2021, 6, 1), told["born_on"].replace(year=told["born_on"].year + 19))
        told |= {"confirmed_on": told["joined_on"].replace(year=told["joined_on"].year + 1, day=1), **changed}
        if told["confirmed_on"] and "confirmed_on" not in changed:
            told["confirmed_on"] = told["joined_on"].replace(year=told["joined_on"].year + 1)
        return told

    def _number_of(self, values):
        self._number += 1
        order = self._number * 2 + (values["gender"] == "1")
        return id_number(order, born=f"{values['born_on']:%Y%m%d}")

    def enter(self, name, place, *, kind, category, counted_as="", **changed):
        values = self.values(**changed)
        number = self._number_of(values)
        words = {"kind": kind, "counted_as": counted_as} if counted_as else {"kind": kind}
        member = roll.admit(
            place, name=_spelled(name), id_number=number, category=category, by=self.by, values=values, **words
        )
        self.people[name] = member.pk

    def develop(self, name, place, joined_on):
        values = self.values(joined_on=joined_on, confirmed_on=None, born_on=DAY(1999 - self._number % 20, 3, 1))
        number = self._number_of(values)
        told = {"name": _spelled(name), "id_number": number, "values": values, "development": f"D{self._number}"}
        self.people[name] = admissions.admit_from_development(place, by=Acting(place), **told).pk

    def member(self, name):
        return Member.objects.select_related("organization").get(pk=self.people[name])

    def act(self, slug, name, on, **asked):
        member = self.member(name)
        return carry_out(ACTS[slug], member, by=self.by, version=member.version, on=on, **asked)

    def move(self, name, to, kind):
        roll.move(self.member(name), to=to, by=self.by, kind=kind, cause="市内转接" if kind == "32" else "内部调动")

    def change(self, name, **values):
        member = self.member(name)
        records.update(member, by=self.by, version=member.version, values=values)

    def line(self, table, name, **values):
        return sections.add(
            TABLES[table], self.member(name), by=self.by, values={"authority": "示范大学党委", **values}
        )

    def begin(self, procedure, verb, name, on, **asked):
        return matters.begin(procedure, procedure.event(verb), self.member(name), by=self.by, on=on, **asked)

    def step(self, matter, verb, on, **asked):
        matter.refresh_from_db()
        event = matter.rules.event(verb)
        return matters.advance(
            matter, event, by=self.by, version=matter.version, on=on if event.dated else None, **asked
        )

    def below(self, name, day):
        """Ids of what stood below an organisation at the end of a day: written down here, not asked."""
        o, pk = self.orgs, getattr(self.orgs, name).pk
        hospital = {o.hospital.pk, o.ward.pk}
        general = {o.general.pk, o.staff.pk, o.students.pk, *(b.pk for b in self.founded)}
        office = {o.office.pk, o.clerks.pk}
        (office if day >= DAY(2025, 9, 10) else hospital).add(o.clinic.pk)
        everything = hospital | general | office | {o.root.pk, o.closed.pk}
        sets = {"root": everything, "hospital": hospital, "general": general, "office": office}
        return sets.get(name, {pk})

    founded = ()


def _spelled(name):
    return "示例" + "".join(chr(0x4E00 + ord(letter)) for letter in name)


def _organizations():
    """示范大学党委 ─┬─ 信息总支 ─┬─ 教工支部
    │              └─ 学生支部
    ├─ 附属医院党委 ─┬─ 病房支部
    │                └─ 门诊支部 (to 机关总支 on 2025-09-10)
    ├─ 机关总支 ─── 机关支部
    └─ 旧支部 (dissolved on 2025-06-30)
    """
    root = OrganizationFactory(short_name="示范大学党委", may_approve=True, contact_phone="010-00000000")
    OrganizationProfile.objects.create(
        organization=root, address="示范市学院路1号", postcode="999000", fax="010-00000002"
    )
    general = OrganizationFactory(parent=root, org_type="621", short_name="信息总支", may_develop=True)
    hospital = OrganizationFactory(parent=root, org_type="611", short_name="附属医院党委")
    office = OrganizationFactory(parent=root, org_type="621", short_name="机关总支")
    branch = {"founded_on": DAY(2019, 1, 1)}
    return SimpleNamespace(
        root=root,
        general=general,
        hospital=hospital,
        office=office,
        staff=OrganizationFactory(parent=general, short_name="教工支部", may_develop=True, **branch),
        students=OrganizationFactory(parent=general, short_name="学生支部", may_develop=True, **branch),
        ward=OrganizationFactory(parent=hospital, short_name="病房支部", **branch),
        clinic=OrganizationFactory(parent=hospital, short_name="门诊支部", **branch),
        clerks=OrganizationFactory(parent=office, short_name="机关支部", **branch),
        closed=OrganizationFactory(
            parent=root, short_name="旧支部", full_name="中国共产党示范单位旧支部委员会", **branch
        ),
    )


def live():
    """Return 2025 as it was lived, and the month after it with other work."""
    year = Year()
    _joins(year)
    _leaves(year)
    _moves(year)
    _matters(year)
    _lines(year)
    return year


def _joins(year):
    o = year.orgs
    with at(DAY(2025, 2, 10)):
        year.develop("new0", o.students, DAY(2025, 1, 8))
        year.develop("new1", o.staff, DAY(2025, 1, 9))
        year.enter("again", o.staff, kind="11", category="2", joined_on=DAY(2025, 1, 9), confirmed_on=None)
    with at(DAY(2025, 3, 3)):
        year.enter("arrived", o.ward, kind="33", category="1")
        year.enter("late", o.clerks, kind="4", counted_as="33", category="1")
        year.enter("missed", o.clerks, kind="4", counted_as="0", category="1")
        year.act("confirm", "candidate0", DAY(2025, 3, 1))
    with at(DAY(2025, 5, 20)):
        year.act("extend", "candidate1", DAY(2025, 5, 10), months=6)
        year.act("annul", "candidate3", DAY(2025, 5, 12))
    with at(DAY(2025, 11, 5)):
        year.act("confirm", "candidate1", DAY(2025, 11, 1))  # candidate2 is due since 2025-06-01 and undecided


def _leaves(year):
    o = year.orgs
    with at(DAY(2025, 4, 2)):
        year.act("decease", "staff0", DAY(2025, 3, 30))
        year.act("suspend", "staff1", DAY(2025, 4, 1))
        year.act("suspend", "staff2", DAY(2025, 4, 1))
        year.act("expel", "ward0", DAY(2025, 4, 1), expel_kind="1")
        year.act("expel", "ward1", DAY(2025, 4, 1), expel_kind="3")
        departures.depart(year.member("clerks0"), by=year.by, on=DAY(2025, 4, 1), document="2025-1")
    with at(DAY(2025, 8, 8)):
        year.act("resume", "staff1", DAY(2025, 8, 8), reason="已取得联系")
        year.act("expel", "staff2", DAY(2025, 8, 8), expel_kind="2")
        year.enter("twin", o.staff, kind="33", category="1")
        twin = Twin.objects.create(first=year.member("staff3"), second=year.member("twin"))
        seen = taking_along.marks([twin.first, twin.second])
        merging.merge(twin, keep=twin.first, taken_over=(), reason="重复登记", seen=seen, by=year.by)
        other = Twin.objects.create(first=year.member("clerks1"), second=year.member("clerks2"))
        seen = taking_along.marks([other.first, other.second])
        merging.merge(other, keep=other.first, taken_over=(), reason="重复登记", seen=seen, by=year.by)
    with at(DAY(2026, 1, 12)):  # typed late: it happened in the year
        year.act("decease", "ward2", DAY(2025, 12, 20))


def _moves(year):
    o = year.orgs
    with at(DAY(2025, 6, 30)):
        closing.dissolve([o.closed], by=year.by, on=DAY(2025, 6, 30))
        year.move("staff4", o.students, "31")
        year.move("students0", o.ward, "32")
    with at(DAY(2025, 9, 10)):
        clinic = Organization.objects.get(pk=o.clinic.pk)
        change = parents.ask(clinic, to=o.office, by=Acting(o.root), reason="门诊划归机关")
        parents.approve(change, by=year.by)
        year.move("clinic0", o.staff, "32")
    with at(DAY(2025, 12, 1)):  # a letter without a receipt: still counted here
        leaving = year.member("ward3")
        words = {"heading": "中共邻市委组织部", "destination": "邻市某单位", "cause": "work"}
        transfer = start(leaving, by=Acting(o.ward), dues_paid_to=DAY(2025, 12, 1), **words)
        while transfer.state == "submitted":
            transfer = advance(transfer, "pass", by=Acting(transfer.holder), version=transfer.version)
        year.letter = transfer


def _matters(year):
    flowing = {"region": "310104", "scope": "1", "cause": "1", "certificate": "0001"}
    going = {"way": "21", "country": "示例国", "contact_name": "王示例", "phone": "18088880000"}
    with at(DAY(2025, 10, 10)):
        year.begin(FLOW, "register", "staff1", DAY(2025, 7, 1), **flowing)
        year.begin(FLOW, "register", "clinic1", DAY(2025, 7, 1), **(flowing | {"scope": "2", "cause": "9"}))
        withdrawn = year.begin(FLOW, "register", "clinic2", DAY(2025, 7, 1), **flowing)
        year.step(withdrawn, "withdraw", None, note="登记有误")
        year.begin(LOST, "register", "students1", DAY(2024, 2, 1), cause="3")
        year.begin(ABROAD, "note", "students2", DAY(2025, 9, 20), ends_on=DAY(2026, 2, 20), **going)
        back = year.begin(ABROAD, "note", "students3", DAY(2025, 5, 1), ends_on=DAY(2025, 10, 1), **going)
        year.step(back, "back", DAY(2025, 10, 5), note="已回国")


def _lines(year):
    o = year.orgs
    with at(DAY(2025, 7, 2)):
        year.line("honours", "staff5", kind="2", level="4", given_on=DAY(2025, 7, 1))
        year.line("honours", "clinic0", kind="3", level="5", given_on=DAY(2025, 7, 1))
        year.line("honours", "clerks3", kind="2", level="2", given_on=DAY(2024, 7, 1))
        year.line("penalties", "ward4", kind="1", given_on=DAY(2025, 6, 1), reason="违反工作纪律")
    with at(DAY(2025, 12, 10)):
        reviews.begin(o.ward, year=2025, on=DAY(2025, 12, 10), by=Acting(o.ward))
        year.change("staff5", education="11", job_post="0211")
    applied = {"organization": o.students, "born_on": DAY(2001, 5, 5), "ethnicity": "11", "education": "61"}
    applied |= {"job_post": "0623", "gender": "2", "applied_on": DAY(2025, 2, 2)}
    for number, reached in enumerate(({}, {"activist_on": DAY(2025, 8, 8)}, {"activist_on": DAY(2025, 8, 8)})):
        row = applied | reached | {"front_line": f"0{number + 1}"}
        Applicant.objects.create(name=_spelled(f"applicant{number}"), **row)
    Applicant.objects.filter(name=_spelled("applicant2")).update(candidate_on=DAY(2026, 1, 10))
    _developments(year)
    TermFactory(organization=o.staff, number=3, elected_on=DAY(2025, 6, 30), ends_on=DAY(2028, 6, 30))
    TermFactory(organization=o.ward, number=1, elected_on=DAY(2022, 6, 30), ends_on=DAY(2025, 6, 30))


def _developments(year):
    """The developments behind some of the members, with what only they know."""
    done = {"step": "25", "stage": "5", "state": "20", "ended_on": DAY(2025, 12, 1)}
    told = {
        "new0": {"recommended": "league", "is_model": True},
        "new1": {"recommended": "members", "is_villager": True},
        "candidate0": {"postponed_to": DAY(2025, 3, 1)},
        "candidate1": {"recommended": "league"},
    }
    for name, more in told.items():
        member = year.member(name)
        Applicant.objects.create(name=member.name, organization=member.organization, member=member, **done, **more)


def other_work(year):
    """A month of other work after the year."""
    o = year.orgs
    with at(DAY(2026, 1, 20)):
        year.change("staff5", education="12", job_post="0111")
        year.change("clerks4", job_post="0702")
        year.move("staff5", o.ward, "32")
        year.act("decease", "students4", DAY(2026, 1, 18))
        year.act("suspend", "students5", DAY(2026, 1, 18))
        year.enter("later", o.staff, kind="33", category="1")
        year.develop("new2", o.students, DAY(2026, 1, 5))
        year.line("honours", "clerks5", kind="2", level="4", given_on=DAY(2026, 1, 10))
        clinic = Organization.objects.get(pk=o.clinic.pk)
        parents.approve(parents.ask(clinic, to=o.hospital, by=Acting(o.root), reason="划回医院"), by=year.by)
        closed = Organization.objects.get(pk=o.closed.pk)
        closing.restore(closed, by=year.by)
        _upgrade(year)


def _upgrade(year):
    branch = Organization.objects.get(pk=year.orgs.clinic.pk)
    staying = list(Member.objects.enrolled().filter(organization=branch).order_by("pk").values_list("pk", flat=True))
    fields = {"org_type": "631", "affiliation": "2", "founded_on": DAY(2026, 1, 20)}
    new = [
        {"full_name": f"中国共产党示范单位门诊{n}支部委员会", "short_name": f"门诊{n}支部", **fields} for n in "甲乙"
    ]
    upgrading.upgrade(
        branch,
        to_type="621",
        full_name="中国共产党示范单位门诊总支部委员会",
        short_name="门诊总支",
        branches=[{**one, "unit_name": "示范大学"} for one in new],
        assignment={pk: place % 2 for place, pk in enumerate(staying)},
        by=year.by,
        version=branch.version,
    )
