import datetime

import pytest
from django.core.exceptions import ValidationError

from orgs import totals
from orgs import tree as tree_module
from orgs.figures import figures
from orgs.guards import Act, Reason, blocks, unregister
from orgs.models import CodeSequence, ImportSession, Organization
from orgs.services import importing
from orgs.services import organizations as services
from orgs.signals import organization_created
from orgs.tests.factories import OrganizationFactory
from orgs.tests.importing import kept, only, role, row, university
from partyplatform.audit.models import Record

pytestmark = pytest.mark.django_db
State = ImportSession.State


@pytest.fixture
def tree():
    return university()


@pytest.fixture
def admin(tree):
    return role(tree.root)


def college(number, name="物理学院", **values):
    return row(
        number,
        full_name=f"中国共产党示范大学{name}总支部委员会",
        short_name=f"{name}党总支",
        org_type="621",
        **{"parent": "示范大学党委"} | values,
    )


def children(organization):
    return list(Organization.objects.filter(parent=organization).order_by("lft").values_list("short_name", flat=True))


def test_nothing_stands_in_the_tree_before_the_confirmation(tree, admin):
    session = kept([college(2)], target=tree.root, by=admin)
    assert (session.state, Organization.objects.count(), Record.objects.count()) == (State.CHECKED, 5, 0)


def test_a_confirmed_sheet_stands_in_the_tree_with_codes_profiles_and_records(tree, admin):
    rows = [
        row(2, name="物理教工", parent="物理学院党总支", address="示范路 1 号", postcode="100000"),
        college(3),
    ]
    session = importing.confirm(kept(rows, target=tree.root, by=admin), by=admin)
    assert session.state == State.DONE
    assert children(tree.root) == ["信息学院党总支", "化学学院党总支", "物理学院党总支"]
    branch = Organization.objects.select_related("parent", "profile").get(short_name="物理教工党支部")
    assert (branch.parent.short_name, branch.unit_name, branch.level) == ("物理学院党总支", "示范大学", 2)
    assert (branch.profile.address, branch.profile.postcode) == ("示范路 1 号", "100000")
    assert [branch.code, branch.parent.code] == ["011100000002", "011100000001"]
    assert "wljg" in branch.search_text
    assert list(tree_module.problems()) == []
    assert [(record.action, record.organization_id) for record in Record.objects.order_by("seq")] == [
        ("orgs.create", branch.parent_id),
        ("orgs.create", branch.pk),
        ("orgs.import", tree.root.pk),
    ]
    assert Record.objects.order_by("-seq").first().changes == [
        ["文件", "", "名册.xlsx"],
        ["新增", "", "2"],
        ["更新", "", "0"],
    ]
    assert [(line["n"], line["code"]) for line in session.rows] == [(2, branch.code), (3, branch.parent.code)]


def test_new_siblings_stand_in_the_order_of_their_numbers_then_of_the_sheet(tree, admin):
    rows = [college(2, "甲"), college(3, "乙", position=20), college(4, "丙", position=10), college(5, "丁")]
    importing.confirm(kept(rows, target=tree.root, by=admin), by=admin)
    assert children(tree.root)[2:] == ["丙党总支", "乙党总支", "甲党总支", "丁党总支"]


def test_codes_of_the_earlier_platform_are_taken_over_and_never_given_again(tree, admin):
    rows = [college(2, "甲", code="011100000500"), college(3, "乙"), college(4, "丙", code="022200000001")]
    importing.confirm(kept(rows, target=tree.root, by=admin), by=admin)
    codes = dict(Organization.objects.filter(parent=tree.root).values_list("short_name", "code"))
    assert (codes["甲党总支"], codes["乙党总支"], codes["丙党总支"]) == ("011100000500", "011100000501", "022200000001")
    assert CodeSequence.objects.get().last == 501


def test_changes_are_written_and_carried_to_those_of_the_same_legal_person(tree, admin):
    rows = [
        only(2, code=tree.info.code, unit_relation="2", unit_name="示范信息学院", fax="010-00000001"),
        only(3, code=tree.chemistry_staff.code, short_name="教工第一党支部", is_elderly_majority=True),
    ]
    importing.confirm(kept(rows, target=tree.root, by=admin), by=admin)
    info = Organization.objects.select_related("profile").get(pk=tree.info.pk)
    assert (info.unit_name, info.profile.fax, info.version) == ("示范信息学院", "010-00000001", 2)
    assert Organization.objects.get(pk=tree.info_staff.pk).unit_name == "示范信息学院"
    changed = Organization.objects.get(pk=tree.chemistry_staff.pk)
    assert (changed.short_name, changed.is_elderly_majority, changed.version) == ("教工第一党支部", True, 2)
    assert changed.search_text.startswith("教工第一党支部")
    assert [record.action for record in Record.objects.order_by("seq")] == ["orgs.update", "orgs.update", "orgs.import"]


def test_a_new_type_is_carried_into_the_totals(tree, admin):
    rows = [
        only(2, code=tree.info.code, org_type="611"),
        only(3, code=tree.info_staff.code, is_functional=True),
        college(4),
        row(5, name="甲", parent="物理学院党总支", is_functional=True),
    ]
    importing.confirm(kept(rows, target=tree.root, by=admin), by=admin)
    assert list(totals.differences()) == []
    found = figures([tree.root.pk])[tree.root.pk]
    assert (found.committees, found.general_branches, found.branches, found.functional) == (2, 2, 3, 2)


def test_an_unchanged_organisation_is_not_touched(tree, admin):
    session = importing.confirm(kept([only(2, code=tree.info.code)], target=tree.root, by=admin), by=admin)
    assert (session.state, Organization.objects.get(pk=tree.info.pk).version) == (State.DONE, 1)
    assert [record.action for record in Record.objects.all()] == ["orgs.import"]


def test_confirming_twice_has_one_effect(tree, admin):
    session = kept([college(2)], target=tree.root, by=admin)
    first = importing.confirm(session, by=admin)
    second = importing.confirm(session, by=admin)
    assert (first.rows, first.done_at) == (second.rows, second.done_at)
    assert Organization.objects.filter(short_name="物理学院党总支").count() == 1
    assert Record.objects.filter(action="orgs.import").count() == 1


def test_the_same_rows_again_change_nothing(tree, admin):
    importing.confirm(
        kept([college(2), row(3, name="甲", parent="物理学院党总支")], target=tree.root, by=admin), by=admin
    )
    again = kept([college(2), row(3, name="甲", parent="物理学院党总支")], target=tree.root, by=admin)
    assert again.result["same"] == 2
    importing.confirm(again, by=admin)
    assert Organization.objects.count() == 7


def test_a_tree_that_changed_meanwhile_gets_a_new_preview_instead(tree, admin):
    session = kept([only(2, code=tree.info_staff.code, short_name="教工第一党支部")], target=tree.root, by=admin)
    services.update(tree.info_staff, by=admin, version=1, short_name="教工党支部（原）", contact_name="何为静")
    session = importing.confirm(session, by=admin)
    assert (session.state, session.rows[0]["c"]) == (
        State.CHECKED,
        [["党组织简称", "教工党支部（原）", "教工第一党支部"]],
    )
    assert importing.confirm(session, by=admin).state == State.DONE


def test_a_fault_that_arose_meanwhile_stops_the_whole_sheet(tree, admin):
    session = kept([college(2), row(3, name="甲", parent=tree.info.code)], target=tree.root, by=admin)
    OrganizationFactory(full_name="中国共产党示范大学甲支部委员会", short_name="别名", parent=tree.chemistry)
    session = importing.confirm(session, by=admin)
    assert session.state == State.FAULTY
    assert session.faults == [
        [3, "上级党组织", tree.info.code, "上级党组织与现有的不同，变更上级请使用“上级党组织变更”"]
    ]
    assert not Organization.objects.filter(short_name="物理学院党总支").exists()


def test_a_faulty_session_is_never_brought_in(tree, admin):
    session = kept([college(2), row(3, name="甲", parent="无此党组织")], target=tree.root, by=admin)
    assert importing.confirm(session, by=admin).state == State.FAULTY
    assert Organization.objects.count() == 5


def test_a_dissolved_target_takes_nothing(tree, admin):
    session = kept([row(2, name="甲", parent=tree.info.code)], target=tree.info, by=admin)
    Organization.objects.filter(pk=tree.info.pk).update(dissolved_on=datetime.date(2026, 1, 1))
    with pytest.raises(ValidationError, match="“信息学院党总支”已撤销"):
        importing.confirm(session, by=admin)


def test_a_session_is_its_owners_alone_and_follows_the_reach(tree, admin):
    session = kept([college(2)], target=tree.root, by=admin)
    for stranger in (role(tree.root), role(tree.info)):
        with pytest.raises(ImportSession.DoesNotExist):
            importing.confirm(session, by=stranger)


def test_an_open_transfer_keeps_a_branch_from_being_changed(tree, admin):
    @blocks(Act.UPDATE)
    def open_transfer(organizations):
        if organizations.filter(pk=tree.info_staff.pk).exists():
            yield Reason("本支部有未办结的组织关系转接")

    try:
        session = kept(
            [
                only(2, code=tree.chemistry_staff.code, short_name="甲"),
                only(3, code=tree.info_staff.code, short_name="乙"),
                only(4, code=tree.chemistry.code, short_name="丙"),
            ],
            target=tree.root,
            by=admin,
        )
    finally:
        unregister(open_transfer)
    assert session.faults == [[3, "党组织编码", tree.info_staff.code, "本支部有未办结的组织关系转接"]]


def test_every_new_organisation_is_announced(tree, admin):
    heard = []

    def listen(organization, **kwargs):
        heard.append(organization.short_name)

    organization_created.connect(listen)
    try:
        importing.confirm(
            kept([row(2, name="甲", parent="物理学院党总支"), college(3)], target=tree.root, by=admin), by=admin
        )
    finally:
        organization_created.disconnect(listen)
    assert heard == ["物理学院党总支", "甲党支部"]


def test_an_unconfirmed_upload_is_replaced_by_the_next_one(tree, admin):
    first = kept([college(2)], target=tree.root, by=admin)
    second = kept([college(2, "甲")], target=tree.root, by=admin)
    elsewhere = kept([row(2, name="乙", parent=tree.info.code)], target=tree.info, by=admin)
    assert set(ImportSession.objects.values_list("pk", flat=True)) == {second.pk, elsewhere.pk}
    assert first.pk not in {second.pk, elsewhere.pk}


def test_of_too_many_unconfirmed_uploads_the_oldest_make_room(tree, admin):
    places = [OrganizationFactory(parent=tree.root, org_type="621") for _ in range(11)]
    done = importing.confirm(kept([college(2)], target=tree.root, by=admin), by=admin)
    sessions = [
        kept([row(2, name=f"甲{n}", parent=place.code)], target=place, by=admin) for n, place in enumerate(places)
    ]
    assert set(ImportSession.objects.values_list("pk", flat=True)) == {done.pk, *(s.pk for s in sessions[1:])}


def test_sessions_nobody_confirmed_are_forgotten_after_a_week(tree, admin):
    done = importing.confirm(kept([college(2)], target=tree.root, by=admin), by=admin)
    open_one = kept([college(2, "甲")], target=tree.root, by=admin)
    week = open_one.created_at + datetime.timedelta(days=7)
    assert importing.forget_old(week) == 0
    assert importing.forget_old(week + datetime.timedelta(seconds=1)) == 1
    assert list(ImportSession.objects.all()) == [done]


def test_the_same_file_is_recognised_after_success_only(tree, admin):
    sheet = importing.Sheet(name="名册.xlsx", sha256="0" * 64, rows=[])
    session = kept([college(2)], target=tree.root, by=admin)
    assert importing.earlier(sheet, kind="tree", target=tree.root, by=admin) is None
    importing.confirm(session, by=admin)
    assert importing.earlier(sheet, kind="tree", target=tree.root, by=admin) == session
    assert importing.earlier(sheet, kind="order", target=tree.root, by=admin) is None
    assert importing.earlier(sheet, kind="tree", target=tree.root, by=role(tree.root)) is None
