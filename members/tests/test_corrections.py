import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.codes import RoleKind
from accounts.models import User
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory, id_number
from members.corrections import OPEN, PROPOSABLE, REMOVAL, REVIEWED, STEPS, CorrectionState, Side, steps_open
from members.integrity import counters_are_sums, scores_are_those_of_the_rules
from members.models import Correction, Member, Scan, Standing
from members.services import corrections, records
from members.tests.factories import CorrectionFactory, MemberFactory, PostFactory, paper
from orgs.tests.factories import TermFactory
from partyplatform import uploads
from partyplatform.audit.models import Record
from partyplatform.ui.stale import OutOfReach, Stale

pytestmark = pytest.mark.django_db
S = CorrectionState


@pytest.fixture
def member(college):
    user = UserFactory(name="李思远")
    return MemberFactory(organization=college.staff, name="李思远", complete=True, user=user)


@pytest.fixture
def own(member):
    """The member's role in 党员E先锋."""
    return RoleGrantFactory(user=member.user, organization=member.organization, kind=RoleKind.MEMBER)


@pytest.fixture
def branch(college):
    return RoleGrantFactory(organization=college.staff, user__name="支部管理员")


@pytest.fixture
def upper(college):
    return RoleGrantFactory(organization=college.general, user__name="总支管理员")


def propose(member, own, field="education", value="21", **more):
    return corrections.propose(member, field=field, value=value, reason="毕业", by=own, is_own=True, **more)


def advance(correction, verb, by, answer=""):
    return corrections.advance(correction, verb, by=by, version=correction.version, answer=answer)


# ── the table ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_open_state_can_be_left_by_each_side_that_waits_and_no_other_state_at_all():
    for reviewed in (True, False):
        for side in (Side.UPPER, Side.PROPOSER):
            assert all(steps_open(state, [side], reviewed=reviewed) for state in OPEN)
        assert steps_open(S.PROPOSED, [Side.BRANCH], reviewed=reviewed)
        assert not any(steps_open(state, Side, reviewed=reviewed) for state in set(S) - set(OPEN))
    assert {step.target for step in STEPS} == set(S) - {S.PROPOSED, S.REPLACED}


def test_acts_are_named_in_the_audit_and_reviewed_items_can_be_proposed():
    for step in STEPS:
        assert Record(action=f"members.{step.verb}_correction").action_label != f"members.{step.verb}_correction"
    assert set(REVIEWED) - {REMOVAL} < set(PROPOSABLE)
    assert {item.field for item in REVIEWED} == {"name", "joined_on", "confirmed_on", "id_number", "removal"}


# ── what the branch decides ─────────────────────────────────────────────────────────────────────────────


def test_an_accepted_value_is_in_the_record_and_the_member_sees_the_answer(member, own, branch):
    correction = advance(propose(member, own), "accept", branch, answer="已核对学位证书")
    member.refresh_from_db()
    assert (member.education, correction.state, correction.answer) == ("21", "accepted", "已核对学位证书")
    (change,) = Record.objects.filter(action="members.update").get().changes
    assert change[0] == "最高学历"
    assert [list(counters_are_sums()), list(scores_are_those_of_the_rules())] == [[], []]


def test_a_refusal_needs_its_reason(member, own, branch):
    correction = propose(member, own)
    with pytest.raises(ValidationError, match="请填写不采纳的原因"):
        advance(correction, "refuse", branch)
    assert advance(correction, "refuse", branch, answer="请提供证书").state == S.REFUSED
    member.refresh_from_db()
    assert member.education == "12"


def test_proposed_phones_and_addresses_stand_nowhere_in_clear(member, own, branch):
    correction = propose(member, own, "phone", "18099990000")
    row = Correction.objects.get()
    assert b"18099990000" not in bytes(row.value_sealed) + bytes(row.base_sealed)
    assert (row.shown_base, row.shown_value) == ("180****0000", "180****0000")
    advance(correction, "accept", branch)
    member.refresh_from_db()
    assert records.SEALED["phone"].text(member) == "18099990000"
    assert "1809999" not in str(list(Record.objects.values_list("changes", flat=True)))


def test_a_second_proposal_for_an_item_replaces_the_first(member, own, branch):
    first = propose(member, own)
    second = propose(member, own, value="11")
    first.refresh_from_db()
    assert (first.state, second.state) == (S.REPLACED, S.PROPOSED)
    with pytest.raises(Stale):
        advance(first, "accept", branch)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    (
        ("education", "12", "与现在登记的内容相同，不需要更正"),
        ("joined_on", "1999-01-01", "入党时应年满 18 周岁，请核对出生日期和入党日期"),
        ("category", "2", "该项由业务办理变更，不能申请更正"),
        ("id_number", "11010119900101", "身份证号应为18位"),
        ("phone", "", "请填写新的内容"),
    ),
)
def test_what_the_record_cannot_hold_is_refused_when_it_is_proposed(member, own, field, value, text):
    with pytest.raises(ValidationError) as refusal:
        propose(member, own, field, value)
    assert refusal.value.message_dict == {"value": [text]}


def test_nobody_proposes_for_another_member_of_the_branch(college, member, own):
    other = MemberFactory(organization=college.staff, complete=True)
    with pytest.raises(OutOfReach):
        propose(other, own)


# ── what the level above reviews ────────────────────────────────────────────────────────────────────────


def test_a_reviewed_item_goes_on_to_the_level_above(college, member, own, branch, upper):
    correction = propose(member, own, "name", "李思源")
    with pytest.raises(PermissionDenied):
        advance(correction, "accept", branch)
    correction = advance(correction, "forward", branch, answer="与身份证一致")
    member.refresh_from_db()
    assert (correction.state, member.name) == (S.FORWARDED, "李思远")
    with pytest.raises(PermissionDenied):
        advance(correction, "refuse", branch, answer="不同意")
    assert list(Correction.objects.awaiting(branch)) == []
    assert list(Correction.objects.awaiting(upper)) == [correction]
    advance(correction, "accept", upper)
    member.refresh_from_db()
    assert member.name == "李思源"


def test_a_branch_proposes_what_it_cannot_change_and_does_not_decide_it(member, branch, upper):
    correction = corrections.propose(
        member, field="joined_on", value="2012-05-02", reason="笔误", by=branch, is_own=False
    )
    assert correction.state == S.FORWARDED
    with pytest.raises(PermissionDenied):
        advance(correction, "accept", branch)
    with pytest.raises(ValidationError):
        corrections.propose(member, field="education", value="21", reason="笔误", by=branch, is_own=False)
    advance(correction, "accept", upper)
    member.refresh_from_db()
    assert str(member.joined_on) == "2012-05-02"


def test_somebody_entered_by_mistake_leaves_the_roll_when_the_level_above_agrees(client, member, branch, upper):
    """误录删除: screens.md 2.11; no decrease for the statistics, and it can be taken back."""
    page = act_as(client, branch).get(reverse("members:section", args=[member.pk, "membership"])).text
    url = reverse("members:propose", args=[member.pk, "removal"])
    assert url in page
    assert client.post(url, {"value": "转入历史党员", "reason": ""}).status_code == 422
    answer = client.post(url, {"value": "转入历史党员", "reason": "与他人信息混淆"}, follow=True)
    assert "误录删除更正申请已提交" not in answer.text
    assert "误录删除申请已提交，等待上级党组织审核" in answer.text
    correction = Correction.objects.get()
    with pytest.raises(PermissionDenied):
        advance(correction, "accept", branch)
    (line,) = act_as(client, upper).get(reverse("members:reviews")).context["rows"]
    assert (line.kind, line.what, line.before, line.after) == ("误录删除", "误录删除", "正常", "转入历史党员")
    assert "李思远：误录删除申请" in client.get(correction.get_absolute_url()).text
    advance(correction, "accept", upper)
    member.refresh_from_db()
    standing = Standing.objects.get(member=member, ends_on=None)
    assert (member.status, standing.kind, standing.cause, standing.reason) == ("39", "9", "误录删除", "与他人信息混淆")
    assert [list(counters_are_sums()), list(scores_are_those_of_the_rules())] == [[], []]
    assert "减少方式" in client.get(reverse("members:section", args=[member.pk, "membership"])).text


def test_nobody_asks_for_removal_of_who_holds_a_post(member, branch):
    PostFactory(member=member, term=TermFactory(organization=member.organization))
    with pytest.raises(ValidationError, match="请先"):
        corrections.propose(member, field="removal", value="转入历史党员", reason="误录", by=branch, is_own=False)


def test_a_corrected_number_is_that_of_the_record_and_of_the_account(college, member, own, upper):
    serial = 101 if member.gender == "1" else 102  # the last but one digit says the sex
    number = id_number(serial, born="19900101")
    taken = MemberFactory(organization=college.students, id_number=id_number(serial + 2, born="19900101"))
    correction = propose(member, own, "id_number", taken.unsealed_id_number())
    with pytest.raises(ValidationError, match="该身份证号已存在于学生支部"):
        advance(correction, "accept", upper)
    advance(propose(member, own, "id_number", number), "accept", upper)
    assert Member.objects.with_id_number(number).get() == member
    assert User.objects.with_id_number(number).get() == member.user
    assert number not in str(list(Record.objects.values_list("changes", flat=True)))


# ── meanwhile ───────────────────────────────────────────────────────────────────────────────────────────


def test_of_two_decisions_one_wins_and_the_other_is_told_who(member, own, branch, upper):
    correction = propose(member, own)
    advance(correction, "refuse", upper, answer="证书不清楚")
    with pytest.raises(Stale) as stale:
        advance(correction, "accept", branch)
    assert stale.value.who.startswith("总支管理员")
    assert stale.value.when


def test_who_decided_is_told_in_the_words_of_the_button(client, member, own, branch):
    correction = propose(member, own)
    act_as(client, branch)
    sent = {"verb": "refuse", "answer": "请提供证书", "version": correction.version, "seen": member.version}
    answer = client.post(reverse("members:correction", args=[correction.pk]), sent, follow=True)
    assert f"李思远的最高学历：{Correction.objects.get().get_state_display()}，申请人可以看到原因" in answer.text


def test_a_proposal_overtaken_by_another_change_is_shown_so_and_left_by_the_batch(client, college, member, own, branch):
    correction = propose(member, own)
    records.update(member, by=branch, version=member.version, values={"education": "11"})
    act_as(client, branch)
    page = client.get(reverse("members:correction", args=[correction.pk])).text
    assert page.count('<a href="/info/reviews/" aria-current="true">信息审核</a>') == 2  # both rows of the menu
    assert "提出申请之后，该项已被更改" in page
    answer = client.post(reverse("members:decide_many"), {"ids": [f"c{correction.pk}"], "verb": "accept"}, follow=True)
    assert "李思远 最高学历：未办理，申请之后该项已被更改" in answer.text
    seen = Member.objects.get(pk=member.pk).version
    sent = {"verb": "accept", "version": correction.version, "seen": seen - 1}
    assert client.post(reverse("members:correction", args=[correction.pk]), sent).status_code == 409
    client.post(reverse("members:correction", args=[correction.pk]), sent | {"seen": seen})
    member.refresh_from_db()
    assert member.education == "21"


def test_proposals_about_somebody_who_left_can_still_be_refused(member, own, branch, by):
    from members.services.members import change_status

    correction = propose(member, own)
    change_status(member, status="33", by=by)
    with pytest.raises(ValidationError, match="历史党员不可编辑"):
        advance(correction, "accept", branch)
    assert advance(correction, "refuse", branch, answer="已去世").state == S.REFUSED


def test_nobody_changes_the_login_of_an_administrator_beside_or_above(college, member, own, upper):
    number = id_number(101 if member.gender == "1" else 102, born="19900101")
    grant = RoleGrantFactory(organization=college.root, user=member.user)
    correction = propose(member, own, "id_number", number)
    with pytest.raises(ValidationError, match="同级或上级党组织的管理员"):
        advance(correction, "accept", upper)
    grant.organization = college.staff
    grant.save()
    assert advance(correction, "accept", upper).state == S.ACCEPTED


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_member_proposes_and_takes_back_on_the_own_page(client, member, own):
    act_as(client, own)
    page = client.get(reverse("own:record")).text
    assert "硕士研究生" in page
    assert member.unsealed_id_number() not in page
    url = reverse("own:propose", args=["native_place"])
    assert client.post(url, {"value": "不存在的地方", "reason": "笔误"}).status_code == 422
    answer = client.post(url, {"value": "120101", "reason": "按户籍更正", "scan": paper()}, follow=True)
    assert "籍贯的更正申请已提交，等待教工支部审核" in answer.text
    correction = Correction.objects.get()
    assert (correction.state, Scan.objects.get().correction) == (S.PROPOSED, correction)
    answer = client.post(reverse("own:withdraw", args=[correction.pk]), follow=True)
    assert "已撤回" in answer.text
    assert client.get(reverse("own:propose", args=["status"])).status_code == 404


def test_a_scan_is_saved_from_the_page_of_whoever_reaches_the_member(client, college, member, own, branch):
    scan = propose(member, own, scan=paper()).scans.get()
    url = reverse("members:scan", args=[scan.uid])
    answer = act_as(client, branch).get(url)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.content.startswith(b"%PDF-")
    assert Record.objects.get(action="members.open_file").object_id == str(member.uid)
    with uploads.open_stored(scan.stored_name) as stored:
        assert b"%PDF-" not in stored.read()
    assert client.post(url).status_code == 405
    foreign = RoleGrantFactory(organization=college.students)
    assert act_as(client, foreign).get(url).status_code == 404


def test_the_list_holds_what_waits_for_this_very_organisation(client, college, member, own, branch, upper):
    MemberFactory(organization=college.students, name="别处")
    propose(member, own, "name", "李思源")
    CorrectionFactory(member=MemberFactory(organization=college.students, name="赵远"))
    act_as(client, branch)
    assert [row.name for row in client.get(reverse("members:reviews")).context["rows"]] == ["李思远"]
    act_as(client, upper)
    assert client.get(reverse("members:reviews")).context["rows"] == []
    everything = client.get(reverse("members:reviews"), {"scope": "open"})
    assert {row.name for row in everything.context["rows"]} == {"李思远", "赵远"}
    assert "信息审核" in act_as(client, branch).get("/info/").text


def test_many_are_decided_at_once_and_a_foreign_one_spoils_the_choice(client, college, member, own, branch):
    rows = [propose(member, own), propose(member, own, "name", "李思源"), propose(member, own, "title", "013")]
    foreign = CorrectionFactory(member=MemberFactory(organization=college.students))
    act_as(client, branch)
    url = reverse("members:decide_many")
    ids = [f"c{row.pk}" for row in rows]
    assert client.post(url, {"ids": [*ids, f"c{foreign.pk}"], "verb": "accept"}).status_code == 404
    assert client.get(url, {"ids": ids, "verb": "refuse"}).status_code == 200
    refused = client.post(url, {"ids": ids, "verb": "refuse"})
    assert (refused.status_code, "退回原因：请填写退回原因" in refused.text) == (422, True)
    answer = client.post(url, {"ids": ids, "verb": "accept", "answer": "属实"}, follow=True)
    assert "已通过 3 项" in answer.text
    states = dict(Correction.objects.of(member).values_list("field", "state"))
    assert states == {"education": S.ACCEPTED, "name": S.FORWARDED, "title": S.ACCEPTED}


@pytest.mark.parametrize("size", (1, 3))
def test_the_list_costs_the_same_with_one_row_and_with_three(client, college, branch, django_assert_num_queries, size):
    for _ in range(size):
        CorrectionFactory(member=MemberFactory(organization=college.staff))
    act_as(client, branch)
    client.get(reverse("members:reviews"))
    with django_assert_num_queries(7):
        client.get(reverse("members:reviews"))
