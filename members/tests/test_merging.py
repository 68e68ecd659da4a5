import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.codes import RoleKind
from accounts.models import RoleGrant
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory, UserFactory, id_number
from members.acts import ACTS
from members.integrity import counters_are_sums, histories_end_where_members_stand, scores_are_those_of_the_rules
from members.mobility_integrity import marks_are_those_of_open_matters, matters_fit_their_members
from members.models import Honour, Matter, Member, MemberFile, MemberPhoto, MemberProfile, Review, Standing, Twin
from members.review_integrity import merged_records_are_history
from members.sections import HONOURS, REVIEWS, SECTIONS
from members.services import checking, files, merging, photos, records, sections, taking_along
from members.services.acts import carry_out
from members.tests.counting import counters
from members.tests.factories import MemberFactory, PostFactory, paper
from orgs.tests.factories import TermFactory
from partyplatform.audit.models import Record
from partyplatform.sealing.invariants import cells_open_and_match
from partyplatform.ui.stale import OutOfReach, Stale
from partyplatform.uploads.tests.pictures import png

pytestmark = pytest.mark.django_db


@pytest.fixture
def upper(college):
    return RoleGrantFactory(organization=college.general, user__name="总支管理员")


@pytest.fixture
def pair(college):
    """Two records of one person in two branches: the first complete, the second with another phone."""
    first = MemberFactory(organization=college.staff, name="李思远", complete=True)
    number = id_number(101 if first.gender == "1" else 102, born="19700101")
    fields = {"born_on": datetime.date(1990, 1, 1), "phone": "18099990000", "id_number": number}
    second = MemberFactory(organization=college.students, name="李思远", **fields)
    checking.follow(second)
    return Twin.objects.get(first=first, second=second)


def merge(twin, by, *, keep="first", taken_over=(), reason="核对身份证原件"):
    members = {"first": twin.first, "second": twin.second}
    seen = taking_along.marks(Member.objects.filter(pk__in=[member.pk for member in members.values()]))
    return merging.merge(twin, keep=members[keep], taken_over=taken_over, reason=reason, seen=seen, by=by)


def test_same_name_and_birthday_make_a_pair_once_and_others_none(college, pair, by):
    checking.follow(pair.first)
    MemberFactory(organization=college.staff, name="李思远", born_on=datetime.date(1991, 1, 1))
    list(checking.recheck(Member.objects.all()))
    assert list(Twin.objects.all()) == [pair]
    assert list(Twin.objects.visible_to(RoleGrantFactory(organization=college.other)).open()) == []


def test_a_merge_leaves_one_record_and_the_other_in_the_history(college, pair, upper):
    Honour.objects.create(
        member=pair.second,
        kind=Honour._meta.get_field("kind").choices[0][0],
        level=Honour._meta.get_field("level").choices[0][0],
        given_on="2020-07-01",
        authority="校党委",
    )
    keep = merge(pair, upper, taken_over=("phone",))
    gone = Member.objects.get(pk=pair.second_id)
    assert (keep.pk, records.SEALED["phone"].text(keep)) == (pair.first_id, "18099990000")
    assert (gone.status, gone.name, records.SEALED["phone"].text(gone)) == ("39", "李思远", "18099990000")
    row = Standing.objects.open().get(member=gone)
    assert (row.cause, row.kind, row.reason) == ("重复记录合并", "9", "核对身份证原件")
    assert (counters(college.staff)[:2], counters(college.students)) == ((1, 0), (0, 0, 0, 0))
    assert Honour.objects.of(keep).count() == Honour.objects.of(gone).count() == 1
    assert set(Record.objects.filter(action__startswith="members.merge").values_list("action", "object_label")) == {
        ("members.merge", "李思远"),
        ("members.merged", "李思远"),
    }
    checks = (counters_are_sums, scores_are_those_of_the_rules, histories_end_where_members_stand)
    assert [list(check()) for check in (*checks, merged_records_are_history)] == [[], [], [], []]
    with pytest.raises(Stale) as stale:
        merge(pair, upper)
    assert stale.value.who.startswith("总支管理员")


def test_the_number_taken_over_brings_the_account_along(college, pair, upper):
    number = pair.second.unsealed_id_number()
    user = UserFactory(name="李思远", id_number=number)
    Member.objects.filter(pk=pair.second_id).update(user=user)
    RoleGrantFactory(user=user, organization=college.students, kind=RoleKind.MEMBER)
    keep = merge(pair, upper, taken_over=("id_number",))
    assert (keep.unsealed_id_number(), Member.objects.get(pk=keep.pk).user) == (number, user)
    assert [grant.organization for grant in RoleGrant.objects.of(user).open()] == [college.staff]
    assert number not in str(list(Record.objects.values_list("changes", flat=True)))


def test_posts_and_roles_of_the_other_stand_in_the_way(college, pair, upper):
    PostFactory(term=TermFactory(organization=college.students), member=pair.second)
    user = UserFactory(id_number=pair.second.unsealed_id_number())
    Member.objects.filter(pk=pair.second_id).update(user=user)
    RoleGrantFactory(user=user, organization=college.students)
    with pytest.raises(ValidationError) as refusal:
        merge(pair, upper)
    assert refusal.value.messages == [
        "李思远现任学生支部书记，请先登记离任",
        "李思远（学生支部）是管理员，请先解除管理员权限",
    ]


def _profile(member, by, **values):
    return sections.update_items(member, SECTIONS["basic"], by=by, version=0, values=values)


def test_items_papers_and_photograph_go_along_as_chosen(college, pair, by, upper, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    keep, gone = pair.first, pair.second
    _profile(keep, by, health="健康", former_name="李远", residence="示范市一号楼101室")
    _profile(gone, by, health="良好", former_name="李思", residence="示范市二号楼202室", emergency_name="王芳")
    honour = {"kind": "2", "level": "1", "given_on": datetime.date(2024, 7, 1), "authority": "示范大学党委"}
    line = sections.add(HONOURS, gone, by=by, values=honour)
    ours = sections.add(REVIEWS, keep, by=by, values={"year": 2024, "grade": "1", "branch": "教工支部"})
    theirs = sections.add(REVIEWS, gone, by=by, values={"year": 2024, "grade": "2", "branch": "学生支部"})
    files.attach(gone, upload=paper("志愿书.pdf"), by=by)
    files.attach(gone, upload=paper("证书.pdf"), by=by, table=HONOURS, entry=line)
    files.attach(gone, upload=paper("登记表.pdf"), by=by, table=REVIEWS, entry=theirs)
    for member in (keep, gone):
        photos.set_photo(member, upload=SimpleUploadedFile("照片.png", png(1, 1)), by=by)
    shown = photos.photo_of(gone)
    merge(pair, upper, taken_over=("former_name", "residence", "emergency_name", "photo"))
    profile = MemberProfile.objects.get(member=keep)
    assert (profile.health, profile.former_name, profile.emergency_name) == ("健康", "李思", "王芳")
    assert sections.SEALED["residence"].text(profile) == "示范市二号楼202室"
    assert MemberProfile.objects.get(member=gone).health == "良好"
    copy = Honour.objects.of(keep).get()
    places = {file.original_name: (file.table, file.entry) for file in MemberFile.objects.of(keep)}
    assert places == {"志愿书.pdf": ("", None), "证书.pdf": ("honours", copy.pk), "登记表.pdf": ("reviews", ours.pk)}
    assert (Review.objects.of(keep).get(), MemberFile.objects.of(gone).count()) == (ours, 0)
    assert all(file.content().startswith(b"%PDF") for file in MemberFile.objects.of(keep))
    assert (photos.photo_of(keep), photos.photo_of(gone), MemberPhoto.objects.count()) == (shown, None, 2)
    changes = {label: (old, new) for label, old, new in Record.objects.get(action="members.merge").changes}
    assert changes["曾用名"] == ("李远", "李思")
    assert changes["并入的附件"] == ("", "3 个")
    assert (changes["照片"], changes["现居住地"]) == (("有", "已更换"), ("（已登记）", "（已更改）"))
    assert list(cells_open_and_match()) == []


def test_a_former_number_that_is_the_present_one_is_not_taken_over(pair, by, upper):
    _profile(pair.first, by, health="健康")
    profile = _profile(pair.second, by, health="良好")
    sections.SEALED["former_number"].put(profile, pair.first.unsealed_id_number())
    profile.save()
    with pytest.raises(ValidationError, match="曾用证件号与证件号码相同"):
        merge(pair, upper, taken_over=("former_number",))
    assert Twin.objects.get().state == "open"


def test_only_the_level_above_both_merges(college, pair, upper):
    with pytest.raises(PermissionDenied):
        merge(pair, RoleGrantFactory(organization=college.staff))
    with pytest.raises(OutOfReach):
        merge(pair, RoleGrantFactory(organization=college.other))
    with pytest.raises(ValidationError, match="请填写合并的依据"):
        merge(pair, upper, reason="")


@pytest.mark.parametrize("changed", ("record", "profile", "photo"))
def test_what_changed_after_the_page_was_opened_stops_the_merge(pair, upper, changed):
    seen = taking_along.marks([pair.first, pair.second])
    if changed == "record":
        records.update(pair.second, by=upper, version=pair.second.version, values={"education": "21"})
    elif changed == "profile":
        _profile(pair.second, upper, health="良好")
    else:
        photos.set_photo(pair.second, upload=SimpleUploadedFile("照片.png", png(1, 1)), by=upper)
    with pytest.raises(Stale):
        merging.merge(pair, keep=pair.first, taken_over=(), reason="同一人", seen=seen, by=upper)


def test_a_restored_record_makes_the_pair_open_again(college, pair, upper, by):
    merge(pair, upper)
    gone = Member.objects.get(pk=pair.second_id)
    today = datetime.date.today()
    carry_out(ACTS["restore"], gone, by=by, version=gone.version, on=today, reason="合并有误")
    pair.refresh_from_db()
    assert (pair.state, pair.gone, list(merged_records_are_history())) == ("open", None, [])


def test_what_is_open_about_the_other_record_ends_and_goes_on_with_the_one_that_stays(college, pair, upper):
    second = pair.second
    records.update(second, by=upper, version=second.version, values={"is_floating": True, "floating_to": "120101"})
    keep = merge(pair, upper, taken_over=("is_floating", "floating_to"))
    open_ones = [(matter.member_id, matter.region) for matter in Matter.objects.open()]
    assert (open_ones, keep.is_floating) == ([(keep.pk, "120101")], True)
    checks = (marks_are_those_of_open_matters, matters_fit_their_members, counters_are_sums)
    assert [list(check()) for check in checks] == [[], [], []]


def test_no_merge_gives_the_account_of_an_administrator_another_login(college, pair, upper):
    pair.first.user = UserFactory()
    pair.first.save()
    RoleGrantFactory(organization=college.root, user=pair.first.user)
    with pytest.raises(ValidationError, match="账号是管理员"):
        merge(pair, upper, taken_over=("id_number",))


def test_the_pages_compare_merge_and_tell_apart(client, college, pair, upper):
    act_as(client, upper)
    page = client.get(reverse("members:twins"))
    assert [row.first.name for row in page.context["rows"]] == ["李思远"]
    url = reverse("members:merge", args=[pair.pk])
    photos.set_photo(pair.second, upload=SimpleUploadedFile("照片.png", png(1, 1)), by=upper)
    _profile(pair.second, upper, health="良好")
    page = client.get(url)
    form = page.context["form"]
    assert (form["keep"].value(), form["from_phone"].value()) == ("first", "first")
    assert (form["from_photo"].value(), form["from_health"].value()) == ("second", "second")
    assert 'alt="记录二的照片"' in page.text
    sent = {name: form[name].value() for name in form.fields} | {"from_phone": "second", "reason": ""}
    assert client.post(url, sent).status_code == 422
    answer = client.post(url, sent | {"reason": "核对身份证原件"}, follow=True)
    assert "已合并为一条记录" in answer.text
    assert (photos.photo_of(pair.first) is None, MemberProfile.objects.get(member=pair.first).health) == (False, "良好")
    assert client.get(reverse("members:twins")).context["rows"] == []
    third = MemberFactory(organization=college.staff, name="王𠮷", born_on=datetime.date(1980, 1, 1))
    fourth = MemberFactory(organization=college.students, name="王𠮷", born_on=datetime.date(1980, 1, 1))
    checking.follow(fourth)
    other = Twin.objects.get(first=third)
    answer = client.post(reverse("members:tell_apart", args=[other.pk]), {"reason": "两人同名"}, follow=True)
    assert "已确认不是同一人" in answer.text
    checking.follow(fourth)
    assert list(Twin.objects.open()) == []


def test_where_neither_can_go_into_the_other_nothing_is_asked(client, college, pair, upper):
    act_as(client, upper)
    url = reverse("members:merge", args=[pair.pk])
    PostFactory(member=pair.first, term=TermFactory(organization=college.staff))
    assert ("暂不能并入另一条" in client.get(url).text, "确认合并" in client.get(url).text) == (True, True)
    PostFactory(member=pair.second, term=TermFactory(organization=college.students))
    assert "确认合并" not in client.get(url).text


@pytest.mark.parametrize("size", (1, 3))
def test_the_list_costs_the_same_with_one_row_and_with_three(client, college, upper, django_assert_num_queries, size):
    for day in range(1, size + 1):
        for branch in (college.staff, college.students):
            member = MemberFactory(organization=branch, name="王远", born_on=datetime.date(1980, 1, day))
        checking.follow(member)
    act_as(client, upper)
    client.get(reverse("members:twins"))
    with django_assert_num_queries(6):
        client.get(reverse("members:twins"))
