"""One development as it should be: the day and the facts of each of the 25 steps, and whoever walks it."""

import datetime

from accounts.tests.factories import id_number
from eforefront.development.chains import is_last
from eforefront.development.states import Deed
from eforefront.development.steps import STEPS, Actor
from eforefront.models import Applicant
from eforefront.services.development import advancing, applying, entering
from orgs.tests.acting import Acting

D = datetime.date
VOTE = {"due": 3, "present": 3, "written": 0, "agree": 3, "against": 0, "abstain": 0}
MEETING = {"person_present": True, "secret": True, "minutes": "逐一讨论，无记名投票"}
NOTICE = {"notice_from": D(2024, 5, 10), "notice_to": D(2024, 5, 17)}
WALK = {
    "01": (D(2023, 1, 10), {"received_by": "周敏"}),
    "02": (D(2023, 2, 1), {"talkers": "周敏、陈国栋", "talk": "入党动机端正"}),
    "03": (D(2023, 4, 20), {"way": "league", "meeting": "12", "minutes": "同意确定为入党积极分子"}),
    "04": (D(2023, 5, 10), {"opinion": "同意备案"}),
    "05": (D(2023, 5, 12), {"no_kin": True}),
    "06": (D(2024, 4, 25), {"summary": "表现良好"}),
    "07": (D(2024, 5, 20), {"opinions": "各方同意", "minutes": "同意确定为发展对象", **NOTICE}),
    "08": (D(2024, 6, 3), {"opinion": "同意"}),
    "09": (D(2024, 6, 4), {"no_kin": True}),
    "10": (D(2024, 6, 12), {"way": "函调、谈话", "conclusion": "政治审查合格"}),
    "11": (D(2024, 6, 18), {"days": 3, "hours": 24, "organizer": "示范大学党委", "certificate": "2024018"}),
    "12": (D(2024, 6, 20), {"minutes": "审查合格，报预审"}),
    "13": (D(2024, 6, 28), {"opinion": "同意", "staying": True, "booklet": "2024-0018"}),
    "14": (D(2024, 7, 2), {"booklet": "2024-0018"}),
    "15": (D(2024, 7, 10), {**VOTE, **MEETING, "sponsors_present": True}),
    "16": (D(2024, 7, 20), {"talkers": "吴组织员", "opinion": "可以接收"}),
    "17": (D(2024, 8, 5), {"meeting": "2024年第8次党委会"}),
    "18": (D(2024, 8, 20), {"number": "备〔2024〕18"}),
    "19": (D(2024, 8, 21), {}),
    "20": (D(2024, 9, 1), {"place": "大学生活动中心"}),
    "21": (D(2025, 7, 1), {"summary": "能履行党员义务"}),
    "22": (D(2025, 7, 3), {}),
    "23": (D(2025, 7, 12), {**VOTE, **MEETING, "notice_from": D(2025, 7, 3), "notice_to": D(2025, 7, 11)}),
    "24": (D(2025, 8, 10), {"meeting": "2025年第9次党委会"}),
    "25": (D(2025, 8, 20), {"place": "人事档案室"}),
}
OBSERVED = [D(2023, 10, 15), D(2024, 4, 10), D(2024, 6, 3), D(2025, 1, 5), D(2025, 6, 30)]
REPORTED = [
    *(D(2023, 7, 15), D(2023, 10, 12), D(2024, 1, 10), D(2024, 4, 8)),
    *(D(2024, 6, 3), D(2024, 10, 8), D(2025, 1, 6), D(2025, 4, 5), D(2025, 7, 1)),
]
PERSON = {
    "gender": "1",
    "ethnicity": "01",
    "born_on": D(2003, 1, 2),
    "education": "21",
    "job_post": "0623",
    "front_line": "03",
    "phone": "18088880000",
    "address": "示范市学院路1号院8号楼101室",
}


def number_of(n=0, *, gender="1"):
    """A number of somebody born on 2003-01-02 that is of nobody else here."""
    return id_number(2 * n + 1 if gender == "1" else 2 * n + 2, born="20030102")


def apply(branch, *, name="林晓", n=0, **values):
    """An applicant of the branch whose application was received on the first day of the walk."""
    return applying.register(
        branch, by=Acting(branch), name=name, id_number=number_of(n), values=PERSON | values, applied_on=WALK["01"][0]
    )


def holder(applicant):
    return Acting(Applicant.objects.select_related("holder").get(pk=applicant.pk).holder)


def take(applicant, sponsors, *, on=None, outcome=None, **facts):
    """Let whoever holds the open step record it as the walk says, or otherwise."""
    step = applicant.step
    while STEPS[step].actor is not Actor.BRANCH and not _decides(applicant):
        words = {"by": holder(applicant), "version": applicant.version, "on": on or WALK[step][0], "opinion": "同意"}
        applicant = advancing.review(applicant, **words)
    usual = "confirm" if step == "23" else "pass"
    people = {"05": sponsors[:1], "09": sponsors[:2]}.get(step, [])
    return advancing.record(
        applicant,
        by=holder(applicant),
        version=applicant.version,
        on=on or WALK[step][0],
        outcome=outcome or usual,
        facts=WALK[step][1] | facts,
        sponsors=people,
    )


def walk(applicant, sponsors, *, until):
    """Take every step before `until`, with 考察 and 思想汇报 in their time."""
    while applicant.is_open and applicant.step < until:
        if applicant.step in ("06", "12", "21"):
            applicant = observe(applicant)
        applicant = take(applicant, sponsors)
    return applicant


def observe(applicant):
    """Enter what lies before the day of the open step and is not there yet."""
    until, since = WALK[applicant.step][0], applicant.activist_on or applicant.joined_on
    for deed, days, latest in ((Deed.OBSERVATION, OBSERVED, "observed_on"), (Deed.REPORT, REPORTED, "reported_on")):
        for day in days:
            before = getattr(applicant, latest)
            if since <= day <= until and (before is None or day > before):
                words = {"version": applicant.version, "on": day, "text": "按时完成", "verdict": "良好"}
                applicant = entering.enter(applicant, deed, by=Acting(applicant.organization), **words)
    return applicant


def _decides(applicant):
    return is_last(STEPS[applicant.step], holder(applicant).organization)
