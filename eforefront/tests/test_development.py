"""党员发展, played through: what each step leaves behind, on the roll and in the history."""

import datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import RoleGrant
from eforefront.development.standing import put_off
from eforefront.development.states import Deed, HandOverState, State
from eforefront.models import Applicant, DevelopmentFile, DevelopmentRecord, DossierHandOver, GroupMember, Sponsorship
from eforefront.services import groups
from eforefront.services.development import (
    advancing,
    applying,
    entering,
    handing_over,
    leaving,
    papers,
    sponsoring,
)
from eforefront.tests.development_factories import ApplicantFactory
from eforefront.tests.development_walks import (
    NOTICE,
    PERSON,
    VOTE,
    WALK,
    apply,
    holder,
    number_of,
    observe,
    take,
    walk,
)
from members.acts import ACTS
from members.models import Admission, Matter, Member
from members.procedures import ABROAD
from members.reminders import REMINDERS
from members.services import matters, pausing
from members.services.acts import carry_out
from members.services.members import admit, change_status, move
from members.tests.factories import MemberFactory
from orgs.guards import Act, reasons_against
from orgs.models import Organization
from orgs.services.closing import merge
from orgs.services.development import set_rights
from orgs.services.parents import approve, ask
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.integrity import invariants
from partyplatform.tests.kept import kept
from partyplatform.ui.stale import OutOfReach, Stale
from transfers.services.starting import start

pytestmark = pytest.mark.django_db
D = datetime.date


def university(name):
    root = OrganizationFactory(short_name=f"{name}党委", full_name=f"中国共产党{name}委员会", may_approve=True)
    general = OrganizationFactory(
        parent=root,
        org_type="621",
        short_name=f"{name}信息学院党总支",
        full_name=f"中国共产党{name}信息学院总支部委员会",
    )
    branch = OrganizationFactory(
        parent=general, short_name=f"{name}学生支部", full_name=f"中国共产党{name}学生支部委员会", may_develop=True
    )
    people = [MemberFactory(organization=branch, name=text, complete=True) for text in ("周敏", "陈国栋", "孙丽")]
    return SimpleNamespace(root=root, general=general, branch=branch, people=people)


@kept
def here():
    """示范大学党委 (may approve) ─── 信息学院党总支 ─── 学生支部: 周敏, 陈国栋, 孙丽."""
    return university("示范大学")


@kept
def elsewhere():
    return university("友邻大学")


@kept
def candidate():
    """林晓 of 学生支部, whose meeting is next; with the university of their own."""
    place = university("示范大学")
    place.applicant = walk(apply(place.branch), place.people, until="15")
    return place


@kept
def probationer():
    """林晓, 预备党员 whose 预备期 is over: the meeting about 转正 is next."""
    place = university("示范大学")
    place.applicant = walk(apply(place.branch), place.people, until="23")
    return place


def problems():
    return [text for each in invariants() if each.title.startswith("党员发展") for text in each.problems()]


def told(applicant):
    """[(step, deed, label, marks)] of the history."""
    rows = DevelopmentRecord.objects.of(applicant).exclude(deed__in=[Deed.OBSERVATION, Deed.REPORT])
    return list(rows.values_list("step", "deed", "label", "marks"))


def refused(act):
    with pytest.raises(ValidationError) as refusal:
        act()
    return "；".join(refusal.value.messages)


def test_one_person_goes_through_all_25_steps(here):
    group = groups.found(here.branch, name="第一党小组", leader=None, members=[], by=Acting(here.branch))
    applicant = walk(apply(here.branch), here.people, until="17")
    assert applicant.member is None
    assert applicant.unsealed_id_number() == number_of()
    applicant = take(applicant, here.people)
    applicant = take(applicant, here.people)
    words = {"by": Acting(here.branch), "version": applicant.version, "on": WALK["19"][0], "group": group}
    applicant = advancing.record(applicant, **words)
    probation = Member.objects.get(pk=applicant.member_id)
    assert (probation.category, probation.joined_on, probation.organization_id) == ("2", D(2024, 7, 10), here.branch.pk)
    assert GroupMember.objects.get(member=probation).group == group
    applicant = walk(applicant, here.people, until="99")
    assert (applicant.state, applicant.confirmed_on, applicant.ended_on) == (State.DONE, D(2025, 7, 10), D(2025, 8, 20))
    member = Member.objects.get(pk=applicant.member_id)
    assert (member.category, member.confirmed_on, member.unsealed_id_number()) == ("1", D(2025, 7, 10), number_of())
    assert member.profile.introducers == "周敏、陈国栋"
    assert (applicant.recommended, member.profile.front_line) == ("league", "03")
    assert Admission.objects.get(member=member).development == applicant.number
    assert RoleGrant.objects.of(member.user).open().get().organization_id == here.branch.pk
    assert Organization.objects.get(pk=here.branch.pk).full_members == 4
    assert [step for step, deed, *_ in told(applicant) if deed == Deed.STEP] == list(WALK)
    assert [(step, marks) for step, _, _, marks in told(applicant) if marks] == []
    assert [row.label for row in DevelopmentRecord.objects.of(applicant).filter(deed=Deed.REVIEW)] == [
        "审议通过，报上级"
    ] * 5
    assert not Sponsorship.objects.of(applicant).present().exists()
    assert problems() == []


def test_what_is_secret_is_sealed_and_goes_over_to_the_record(candidate):
    applicant = candidate.applicant
    assert applicant.shown_phone == "180****0000"
    row = DevelopmentRecord.objects.of(applicant).get(step="10")
    assert "合格" in row.facts["conclusion"]
    assert "合格".encode() not in bytes(row.facts_sealed)
    applicant = walk(applicant, candidate.people, until="18")
    stored = Applicant.objects.get(pk=applicant.pk)
    assert (stored.id_number_index, bytes(stored.id_number_sealed), bytes(stored.phone_sealed)) == ("", b"", b"")
    assert stored.standing == "预备党员"


def test_nobody_is_both_applicant_and_member(here, elsewhere):
    apply(here.branch)
    known = "该身份证号的发展党员正在示范大学学生支部办理"
    words = {"name": "林晓", "id_number": number_of(), "category": "1"}
    assert refused(lambda: admit(here.branch, by=Acting(here.root), **words)) == known
    stranger = "该身份证号已登记，请联系上级组织部门"
    assert refused(lambda: admit(elsewhere.branch, by=Acting(elsewhere.root), **words)) == stranger
    assert refused(lambda: apply(elsewhere.branch)) == stranger
    MemberFactory(organization=here.branch, id_number=number_of(3), name="何文")
    assert refused(lambda: apply(here.branch, name="何文", n=3)) == "该身份证号已存在于示范大学学生支部"
    assert problems() == []


@pytest.mark.parametrize(
    ("step", "change", "sentence"),
    [
        ("06", {"on": D(2024, 4, 19)}, "培养教育考察应满 12 个月（2024-04-20 期满）"),
        ("11", {"days": 2, "hours": 16}, "培训应不少于 3 天或 24 学时；特殊情况请填写说明"),
        ("14", {"booklet": "2024-0019"}, "志愿书编号与预审时发放的（2024-0018）不一致"),
        ("07", {"on": D(2024, 4, 24)}, "日期不能早于前一步骤（2024-04-25）"),
    ],
)
def test_named_bars_bar(here, step, change, sentence):
    applicant = walk(apply(here.branch), here.people, until=step)
    assert refused(lambda: take(applicant, here.people, **change)) == sentence
    assert take(applicant, here.people).step > step


def test_somebody_under_18_cannot_apply(here):
    young = {"born_on": D(2006, 1, 2)}
    number = {"id_number": number_of().replace("2003", "2003")}
    words = {"by": Acting(here.branch), "name": "林晓", "values": PERSON | young, **number}
    late = refused(lambda: applying.register(here.branch, applied_on=D(2024, 1, 1), **words))
    assert late == "年满 18 周岁才能申请入党，申请之日尚未年满"
    assert applying.register(here.branch, applied_on=D(2024, 1, 2), **words).step == "02"


def test_mentors_and_introducers_are_full_members_of_the_branch(here, elsewhere):
    applicant = walk(apply(here.branch), here.people, until="05")
    young = MemberFactory(organization=here.branch, category="2", name="李思远")
    fault = "不是本支部的正式党员，或受留党察看处分，不能担任培养联系人"
    assert refused(lambda: take(applicant, [young])) == f"李思远{fault}"
    assert refused(lambda: take(applicant, elsewhere.people)) == f"周敏{fault}"
    assert refused(lambda: take(applicant, [])) == "请指定 1 至 2 名本支部正式党员作培养联系人"
    for _ in range(5):
        other = ApplicantFactory(organization=here.branch)
        Sponsorship.objects.create(applicant=other, member=here.people[0], kind="mentor", since=D(2026, 5, 1))
    applicant = take(applicant, here.people)
    assert told(applicant)[-1][3] == "周敏同时培养超过 5 人"
    applicant = walk(applicant, here.people, until="09")
    one = "入党介绍人应为 2 名正式党员，受留党察看处分尚未恢复权利的不能担任"
    assert refused(lambda: take(applicant, here.people[:1])) == one
    words = {"by": Acting(here.branch), "version": applicant.version, "on": D(2024, 6, 4), "reason": "调离"}
    applicant = sponsoring.replace(applicant, "mentor", here.people[1:3], **words)
    named = Sponsorship.objects.of(applicant).present().values_list("member__name", flat=True)
    assert list(named) == ["陈国栋", "孙丽"]


def test_the_meeting_passes_with_more_than_half_of_those_due(candidate):
    applicant = candidate.applicant
    few = "应到有表决权 4 人，实到有表决权 2 人"
    assert few[:8] in refused(lambda: take(applicant, [], **VOTE | {"due": 4, "present": 2, "agree": 2}))
    lost = "赞成 2 票，未超过应到有表决权人数 4 人的半数，未通过"
    assert refused(lambda: take(applicant, [], **VOTE | {"due": 4, "agree": 2, "against": 1})) == lost
    won = "赞成票超过应到有表决权人数的半数，表决结果应为通过"
    assert refused(lambda: take(applicant, [], outcome="again", why="条件不成熟")) == won
    assert refused(lambda: take(applicant, [], **VOTE | {"agree": 4})) == (
        "赞成、反对、弃权之和超过实到有表决权 3 人与书面意见 0 份之和"
    )
    fewer = VOTE | {"due": 2, "present": 2, "agree": 2, "reduced": 1}
    applicant = take(applicant, [], **fewer)
    untold = "核减应到人数没有说明情况，须经上级党组织和支部大会同意"
    assert (applicant.joined_on, told(applicant)[-1][3]) == (D(2024, 7, 10), untold)
    applicant = advancing.send_back(applicant, by=holder(applicant), version=applicant.version, reason="补说明")
    applicant = take(applicant, [], **fewer, reduced_why="一人长期卧病")
    assert (applicant.joined_on, told(applicant)[-1][3]) == (D(2024, 7, 10), "")


def test_whoever_was_not_passed_is_brought_on_or_leaves(candidate):
    lost = VOTE | {"agree": 1, "against": 2, "why": "条件不成熟"}
    again = take(candidate.applicant, [], outcome="again", **lost)
    assert (again.step, again.state, again.joined_on, again.standing) == ("12", State.ACTIVE, None, "发展对象")
    applicant = walk(again, candidate.people, until="17")
    words = {"outcome": "stop", "why": "审批未通过"}
    ended = take(applicant, [], **words)
    assert (ended.state, ended.member, ended.holder, ended.ended_on) == (State.FAILED, None, None, D(2024, 8, 5))
    assert apply(candidate.branch).is_open  # and may apply again


def test_only_the_committee_with_the_right_approves(candidate):
    applicant = walk(candidate.applicant, candidate.people, until="17")
    assert applicant.holder == candidate.general
    words = {"version": applicant.version, "on": D(2024, 8, 5)}
    facts = {"facts": {"meeting": "党总支会议"}}
    own = refused(lambda: advancing.record(applicant, by=Acting(candidate.general), **words, **facts))
    assert own == "本组织只能审议后报上级党委"
    with pytest.raises(PermissionDenied):
        advancing.record(applicant, by=Acting(candidate.root), **words, **facts)
    applicant = advancing.review(applicant, by=Acting(candidate.general), opinion="同意", **words)
    assert applicant.holder == candidate.root
    root = Organization.objects.get(pk=candidate.root.pk)
    set_rights([root], by=Acting(root), versions={root.pk: root.version}, may_approve=False)
    applicant = Applicant.objects.get(pk=applicant.pk)
    assert applicant.holder is None
    nobody = "上级没有可以批准预备党员的党委，请先在“发展党员权限”中设置"
    by = Acting(candidate.root)
    assert refused(lambda: advancing.record(applicant, by=by, version=applicant.version, on=D(2024, 8, 5))) == nobody
    assert problems() == []


def test_what_is_late_is_marked_and_goes_on(here):
    applicant = walk(apply(here.branch), here.people, until="02")
    assert applicant.due_on == D(2023, 2, 10)
    applicant = take(applicant, [], on=D(2023, 2, 20))
    applicant = take(applicant, [], on=D(2023, 3, 1), way="members")
    assert told(applicant)[-2:] == [
        ("02", "step", "通过", "收到申请后派人谈话应在 2023-02-10 前，已逾期"),
        (
            *("03", "step", "通过"),
            "递交申请到确定为积极分子（至少）应满 3 个月；28 周岁以下的青年一般应经群团组织推优",
        ),
    ]
    assert applicant.reminder(D(2023, 3, 25)).label == "7 天后到期"
    applicant = walk(applicant, here.people, until="07")
    applicant = take(applicant, [], **NOTICE | {"notice_to": D(2024, 5, 15)})
    assert told(applicant)[-1][3] == "公示不足 5 个工作日（应至 2024-05-16）"


def test_missing_observations_and_reports_are_marked(here):
    applicant = walk(apply(here.branch), here.people, until="06")
    assert applicant.due_on == D(2023, 10, 20)
    words = {"by": Acting(here.branch), "version": applicant.version, "text": "表现良好"}
    applicant = entering.enter(applicant, Deed.OBSERVATION, on=D(2023, 10, 15), **words)
    assert applicant.due_on == D(2024, 4, 15)
    words["version"] = applicant.version
    early = refused(lambda: entering.enter(applicant, Deed.REPORT, on=D(2023, 4, 1), **words))
    assert early == "日期应在 2023-04-20 至今天之间"
    applicant = take(applicant, [])
    marks = "每 6 个月应考察一次，2024-04-15 前缺考察记录；每 3 个月应有一次思想汇报，2023-07-20 前缺思想汇报"
    assert told(applicant)[-1][3] == marks


def test_a_step_is_sent_back_to_the_one_before_with_a_reason(candidate):
    applicant = candidate.applicant
    branch = Acting(candidate.branch)
    assert refused(lambda: advancing.send_back(applicant, by=branch, version=applicant.version, reason="")) == (
        "请填写退回原因"
    )
    with pytest.raises(Stale):
        advancing.send_back(applicant, by=branch, version=1, reason="补材料")
    assert applicant.recommended == "league"
    for earlier in ("14", "13"):
        applicant = advancing.send_back(applicant, by=holder(applicant), version=applicant.version, reason="补材料")
        assert applicant.step == earlier
    assert applicant.holder == candidate.general
    applicant = walk(applicant, candidate.people, until="09")
    for _ in range(4):
        applicant = advancing.send_back(applicant, by=holder(applicant), version=applicant.version, reason="换介绍人")
    assert applicant.step == "09"
    assert applicant.candidate_on
    assert list(Sponsorship.objects.of(applicant).present().values_list("kind", flat=True)) == ["mentor"]
    applicant = walk(applicant, candidate.people, until="18")
    back = {"by": holder(applicant), "version": applicant.version, "reason": "有误"}
    assert refused(lambda: advancing.send_back(applicant, **back)) == "已批准为预备党员，不能再退回"
    assert problems() == []


def test_an_extended_probation_is_gone_through_again_once(probationer):
    applicant = probationer.applicant
    short = refused(lambda: take(applicant, [], outcome="extend", months=5))
    assert short == "延长预备期应为 6 至 12 个月"
    early = refused(lambda: take(applicant, [], on=D(2025, 7, 9)))
    assert early == "预备期到 2025-07-10 届满，不能提前讨论"
    applicant = take(applicant, [], outcome="extend", months=6)
    applicant = take(applicant, [])
    assert (applicant.step, applicant.probation_ends_on, applicant.confirmed_on) == ("21", D(2026, 1, 10), None)
    member = Member.objects.get(pk=applicant.member_id)
    assert (member.category, member.profile.probation_months) == ("2", 6)
    applicant = take(applicant, [], on=D(2026, 1, 3))
    applicant = take(applicant, [], on=D(2026, 1, 4))
    words = {"on": D(2026, 1, 12), "notice_from": D(2026, 1, 4), "notice_to": D(2026, 1, 11)}
    again = refused(lambda: take(applicant, [], outcome="extend", months=6, **words))
    assert again == "预备期已延长过一次，只能按期转正或取消预备党员资格"
    applicant = take(applicant, [], **words)
    applicant = take(applicant, [], on=D(2026, 2, 1))
    assert applicant.confirmed_on == D(2026, 1, 10)
    assert Member.objects.get(pk=applicant.member_id).confirmed_on == D(2026, 1, 10)
    assert problems() == []


def test_a_cancelled_probation_leads_to_the_former_members(probationer):
    applicant = take(probationer.applicant, [], outcome="annul")
    assert Member.objects.get(pk=applicant.member_id).is_enrolled  # until the committee approves
    applicant = take(applicant, [])
    member = Member.objects.get(pk=applicant.member_id)
    assert (applicant.state, member.status, member.is_enrolled) == (State.ANNULLED, "32", False)
    assert told(applicant)[-1][2] == "同意取消预备党员资格"
    assert Organization.objects.get(pk=probationer.branch.pk).probationary_members == 0
    assert problems() == []


def test_an_open_transfer_holds_the_approval_of_the_decision_back(probationer):
    applicant = take(probationer.applicant, [])
    leaving = Member.objects.select_related("organization").get(pk=applicant.member_id)
    words = {"heading": "中共邻市委组织部", "destination": "邻市某单位", "cause": "work"}
    start(leaving, by=Acting(probationer.branch), dues_paid_to=D(2026, 11, 1), **words)
    assert "有未办结的组织关系转接" in refused(lambda: take(applicant, []))
    assert Applicant.objects.get(pk=applicant.pk).step == "24"


def test_a_file_goes_to_another_university_and_the_time_adds_up(here, elsewhere):
    applicant = observe(walk(apply(here.branch), here.people, until="06"))
    words = {"by": Acting(here.branch), "version": applicant.version}
    assert refused(lambda: handing_over.hand_over(applicant, here.general, reason="升学", **words)) == (
        f"“{here.general.short_name}”是党总支部，党员的组织关系应在党支部"
    )
    offer = handing_over.hand_over(applicant, elsewhere.branch, reason="升学", **words)
    applicant = Applicant.objects.get(pk=applicant.pk)
    assert refused(lambda: take(applicant, [])) == "材料正在移交，对方接收或撤回后才能办理"
    with pytest.raises(OutOfReach):
        handing_over.take_in(offer, by=Acting(here.general), version=1)
    with pytest.raises(PermissionDenied):
        handing_over.take_in(offer, by=Acting(here.branch), version=1)
    assert list(DossierHandOver.objects.waiting_for(Acting(elsewhere.branch))) == [offer]
    applicant = handing_over.take_in(offer, by=Acting(elsewhere.branch), version=1)
    assert (applicant.organization, applicant.step, applicant.activist_on) == (elsewhere.branch, "06", D(2023, 4, 20))
    with transaction.atomic():  # nobody goes along any more, which is told and does not bar
        take(applicant, elsewhere.people)
        assert "没有在任的培养联系人，请用“更换联系人”指定" in told(applicant)[-1][3]
        transaction.set_rollback(True)
    applicant = Applicant.objects.get(pk=applicant.pk)
    words = {"by": Acting(elsewhere.branch), "version": applicant.version, "reason": "转入"}
    applicant = sponsoring.replace(applicant, "mentor", elsewhere.people[:1], on=D(2024, 1, 10), **words)
    applicant = walk(applicant, elsewhere.people, until="18")
    assert applicant.member.organization == elsewhere.branch
    assert DossierHandOver.objects.get().state == HandOverState.ACCEPTED
    assert problems() == []


def test_a_hand_over_may_be_refused_or_taken_back(here, elsewhere):
    applicant = walk(apply(here.branch), here.people, until="06")

    def offer():
        stored = Applicant.objects.get(pk=applicant.pk)
        return handing_over.hand_over(
            stored, elsewhere.branch, by=Acting(here.branch), version=stored.version, reason="升学"
        )

    handing_over.refuse(offer(), by=Acting(elsewhere.branch), version=1, answer="不在本校就读")
    handing_over.withdraw(offer(), by=Acting(here.branch), version=1)
    assert list(DossierHandOver.objects.order_by("pk").values_list("state", flat=True)) == ["refused", "withdrawn"]
    assert Applicant.objects.get(pk=applicant.pk).organization == here.branch


@pytest.mark.parametrize("way", leaving.WAYS)
def test_somebody_may_leave_before_the_approval_and_apply_again(here, way):
    applicant = walk(apply(here.branch), here.people, until="06")
    words = {"by": Acting(here.branch), "version": applicant.version, "on": D(2023, 9, 1)}
    assert refused(lambda: leaving.leave(applicant, way, reason="", **words)) == "请填写原因"
    ended = leaving.leave(applicant, way, reason="本人申请", **words)
    assert (ended.state, ended.due_on, ended.holder) == (way, None, None)
    assert refused(lambda: advancing.record(ended, by=words["by"], version=ended.version, on=D(2024, 5, 1))) == (
        f"林晓的发展党员记录已结束（{way.label}）"
    )
    assert apply(here.branch).step == "02"
    assert problems() == []


def reminded(applicant, day):
    """Return what 预备期即将届满 says of the member on a day."""
    kind = REMINDERS["probation"]
    lines = [kind.row_line(row, day, system="info") for row in kind.rows(day).filter(pk=applicant.member_id)]
    return [f"{line.due_on} {line.status.label}" for line in lines]


def test_somebody_already_on_probation_begins_at_the_21st_step(here):
    words = {"name": "李思远", "category": "2", "joined_on": D(2024, 7, 10), "born_on": D(2003, 1, 2)}
    member = MemberFactory(organization=here.branch, **words)
    applicant = applying.begin_probation(member, by=Acting(here.branch))
    assert (applicant.step, applicant.standing, applicant.probation_ends_on) == ("21", "预备党员", D(2025, 7, 10))
    assert refused(lambda: applying.begin_probation(member, by=Acting(here.branch))) == "李思远的发展党员记录正在办理"
    back = {"by": Acting(here.branch), "version": applicant.version, "reason": "有误"}
    assert refused(lambda: advancing.send_back(applicant, **back)) == "没有前一步骤的办理记录，不能退回"
    applicant = walk(applicant, here.people, until="99")
    assert (applicant.state, Member.objects.get(pk=member.pk).confirmed_on) == (State.DONE, D(2025, 7, 10))
    assert problems() == []


def test_discussion_is_put_off_after_a_transfer_only(probationer):
    applicant = probationer.applicant
    words = {"months": 3, "reason": "考察不足"}
    own = {"by": Acting(probationer.branch), "version": applicant.version}
    assert refused(lambda: leaving.postpone(applicant, **words, **own)) == "只有预备期内转入的预备党员可以推迟讨论"
    other = OrganizationFactory(parent=probationer.general, short_name="研究生支部", may_develop=True)
    people = [MemberFactory(organization=other, complete=True) for _ in range(3)]
    move(applicant.member, to=other, by=Acting(probationer.root))
    applicant = Applicant.objects.select_related("organization").get(pk=applicant.pk)
    assert (applicant.organization, applicant.holder_id, applicant.step) == (other, other.pk, "23")
    own = {"by": Acting(other), "version": applicant.version}
    assert refused(lambda: leaving.postpone(applicant, **words | {"months": 7}, **own)) == "推迟讨论不超过 6 个月"
    assert reminded(applicant, D(2025, 7, 13)) == ["2025-07-10 已超 3 天"]
    applicant = leaving.postpone(applicant, **words, **own)
    assert applicant.due_on == D(2025, 11, 10)  # a month from then, not from the application
    assert [reminded(applicant, day) for day in (D(2025, 9, 9), D(2025, 9, 10), D(2025, 10, 13))] == [
        *([], ["2025-10-10 还有 30 天"]),
        ["2025-10-10 已超 3 天"],
    ]
    assert refused(lambda: take(applicant, people)) == "已推迟至 2025-10-10 讨论"
    applicant = take(take(applicant, people, on=D(2025, 10, 12)), people, on=D(2025, 11, 1))
    assert applicant.confirmed_on == D(2025, 7, 10)
    assert problems() == []


def test_time_abroad_puts_the_discussion_off_where_it_is_set(probationer, settings):
    settings.PROBATION_PAUSED_ABROAD = True
    applicant, by = probationer.applicant, Acting(probationer.root)
    away = Matter.objects.create(
        member=applicant.member, procedure="abroad", state="34", began_on=D(2024, 12, 1), ends_on=D(2025, 7, 1)
    )
    assert pausing.follow_absences(D(2025, 7, 12), lambda: None) == 1
    applicant.refresh_from_db()
    assert applicant.probation_ends_on == D(2026, 2, 18)  # still away on 2025-07-12, and so on from day to day
    assert told(applicant)[-1][2] == "出国（境），预备期顺延至 2026-02-18"
    assert refused(lambda: take(applicant, [])) == "预备期到 2026-02-18 届满，不能提前讨论"
    assert pausing.follow_absences(D(2025, 7, 13), lambda: None) == 1
    applicant.refresh_from_db()
    assert (applicant.probation_ends_on, told(applicant)[-1][2][-10:]) == (D(2026, 2, 19), "2026-02-18")
    back = {"talk_on": D(2025, 7, 12), "talker": "周敏", "by": by, "version": away.version}
    matters.advance(away, ABROAD.event("return"), on=D(2025, 7, 1), **back)
    applicant.refresh_from_db()
    assert (applicant.probation_ends_on, applicant.step) == (D(2026, 2, 7), "23")
    assert put_off(applicant) == "出国（境）2024-12-01 至 2025-07-01，顺延 212 天"
    applicant = take(take(applicant, [], on=D(2026, 2, 10)), [], on=D(2026, 3, 1))
    assert applicant.confirmed_on == Member.objects.get(pk=applicant.member_id).confirmed_on == D(2026, 2, 7)
    settings.PROBATION_PAUSED_ABROAD = False
    assert pausing.follow_absences(D(2026, 7, 13), lambda: None) == 0  # what is decided stays
    assert problems() == []


def test_a_development_follows_what_happens_on_the_roll(probationer):
    applicant, member = probationer.applicant, probationer.applicant.member
    member.refresh_from_db()
    by = Acting(probationer.root)
    carry_out(ACTS["confirm"], member, by=by, version=member.version, on=D(2025, 7, 10))
    applicant.refresh_from_db()
    assert (applicant.step, applicant.confirmed_on) == ("25", D(2025, 7, 10))
    assert problems() == []
    change_status(member, status="31", by=by)
    applicant.refresh_from_db()
    assert (applicant.state, told(applicant)[-1][2]) == (State.LEFT, "组织关系已离开")


def test_a_branch_with_applicants_is_not_dissolved(here):
    apply(here.branch)
    chosen = Organization.objects.filter(pk=here.branch.pk)
    found = [str(reason.text) for reason in reasons_against(Act.DISSOLVE, chosen)]
    assert found[-1] == "有 1 名发展党员正在办理（林晓），请先移交材料或结束培养"
    assert not any("发展党员" in reason.text for reason in reasons_against(Act.MERGE, chosen))


def test_applicants_go_along_when_branches_merge(candidate):
    other = OrganizationFactory(parent=candidate.general, short_name="研究生支部", may_develop=True)
    MemberFactory(organization=candidate.branch, category="2", name="李思远", joined_on=D(2025, 7, 10))
    probation = applying.begin_probation(Member.objects.get(name="李思远"), by=Acting(candidate.branch))
    found = [Organization.objects.get(pk=branch.pk) for branch in (candidate.branch, other)]
    versions = tuple(branch.version for branch in found)
    merge(found[0], into=found[1], by=Acting(candidate.root), versions=versions, on=timezone.localdate())
    for before in (candidate.applicant, probation):
        after = Applicant.objects.get(pk=before.pk)
        assert (after.organization_id, after.holder_id, after.step) == (other.pk, other.pk, before.step)
    assert problems() == []


def test_what_waits_above_goes_to_those_who_stand_above_now(candidate):
    applicant = walk(candidate.applicant, candidate.people, until="17")
    other = OrganizationFactory(
        parent=candidate.root,
        org_type="621",
        short_name="软件学院党总支",
        full_name="中国共产党示范大学软件学院总支部委员会",
    )
    words = {"by": Acting(candidate.root), "reason": "学院调整"}
    approve(ask(candidate.branch, to=other, **words), by=Acting(candidate.root))
    assert Applicant.objects.get(pk=applicant.pk).holder_id == other.pk
    assert problems() == []


def test_only_a_branch_with_the_module_enters_applicants(here, elsewhere):
    with pytest.raises(PermissionDenied):
        applying.register(here.branch, by=Acting(here.general), name="林晓", id_number=number_of())
    with pytest.raises(OutOfReach):
        applying.register(here.branch, by=Acting(elsewhere.branch), name="林晓", id_number=number_of())
    Organization.objects.filter(pk=here.branch.pk).update(may_develop=False)
    assert refused(lambda: apply(here.branch)) == "“示范大学学生支部”没有开通发展党员模块，请联系上级党组织"


def test_papers_are_encrypted_and_known_by_their_name(candidate):
    upload = SimpleUploadedFile("申请书.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
    by = Acting(candidate.branch)
    file = papers.attach(candidate.applicant, step="01", paper="入党申请书", upload=upload, by=by)
    assert file.content() == b"%PDF-1.4\n%%EOF\n"
    assert list(DevelopmentFile.objects.visible_to(by)) == [file]
    with pytest.raises(ValidationError):
        papers.attach(candidate.applicant, step="01", paper="表决票", upload=upload, by=by)
    papers.take_off(file, by=by)
    assert list(DevelopmentFile.objects.visible_to(by)) == []


def test_personal_data_are_corrected_until_the_record_takes_over(candidate):
    applicant, by = candidate.applicant, Acting(candidate.branch)
    words = {"by": by, "version": applicant.version}
    wrong = refused(lambda: applying.correct(applicant, values={"gender": "2"}, **words))
    assert wrong == "性别与身份证号不一致，按身份证号应为男"
    applicant = applying.correct(applicant, values={"education": "12", "phone": "13900000000"}, **words)
    assert (applicant.education, told(applicant)[-1][2]) == ("12", "更正：最高学历、联系方式")
    applicant = walk(applicant, candidate.people, until="18")
    late = {"values": {"name": "林小"}, "by": by, "version": applicant.version}
    assert refused(lambda: applying.correct(applicant, **late)) == "已建立党员记录，请在党员信息中维护"


def test_what_the_record_must_say_is_asked_before_the_meeting(here):
    applicant = walk(apply(here.branch, education="", address=""), here.people, until="14")
    assert refused(lambda: take(applicant, [])) == "请先补全申请人资料：最高学历、家庭住址"
