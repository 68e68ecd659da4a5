import re
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from openpyxl import load_workbook

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from orgs.models import ImportSession, Organization
from orgs.tests.books import ORDER_HEADINGS, TREE_HEADINGS, book, line, upload
from orgs.tests.factories import OrganizationFactory
from orgs.tests.importing import university
from partyplatform.audit.models import Record

pytestmark = pytest.mark.django_db(transaction=True)  # uploads are kept at the end of their transaction
State = ImportSession.State


@pytest.fixture
def tree():
    return university()


@pytest.fixture
def admin(client, tree):
    return act_as(client, RoleGrantFactory(organization=tree.root))


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def kept_files():
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def send(client, organization, lines, *, kind="tree", headings=TREE_HEADINGS, name="名册.xlsx", follow=True):
    content = lines if isinstance(lines, bytes) else book(lines, headings)
    return client.post(
        reverse(f"orgs:import_{kind}", args=[organization.pk]), {"file": upload(content, name)}, follow=follow
    )


def session():
    return ImportSession.objects.get()


def confirm(client, uid, **data):
    return client.post(reverse("orgs:confirm_import", args=[uid]), data, follow=True)


def texts(response):
    return re.sub(r"<[^>]+>|\s+", " ", response.content.decode())


def cells(response):
    content = b"".join(response.streaming_content)
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).worksheets[0]]


def test_a_sheet_is_checked_shown_confirmed_and_kept_for_the_record(admin, tree):
    page = send(
        admin, tree.root, [line(name="甲", parent="信息学院党总支"), line(name="乙", parent=tree.chemistry.code)]
    )
    assert (page.status_code, session().state, Organization.objects.count()) == (200, State.CHECKED, 5)
    assert "等待确认" in texts(page)
    assert len(kept_files()) == 1
    page = confirm(admin, session().uid)
    assert "已导入：新增 2 个、更新 0 个党组织" in texts(page)
    assert Organization.objects.get(short_name="甲党支部").parent_id == tree.info.pk
    assert kept_files() == []
    assert session().stored_name == ""


def test_faults_are_listed_and_handed_back_in_the_sheet(admin, tree):
    page = send(
        admin,
        tree.root,
        [line(name="甲", parent="无此党组织", founded_on="去年"), line(name="乙", parent=tree.info.code)],
    )
    assert (page.status_code, session().state) == (200, State.FAULTY)
    assert "没有找到该上级党组织" in texts(page)
    assert "日期应写成 2002-04-18 的样子，现为“去年”" in texts(page)
    answer = admin.get(reverse("orgs:import_errors", args=[session().uid]))
    assert answer.headers["Content-Disposition"].endswith(".xlsx")
    head, first, second = cells(answer)
    assert head[-1] == "错误说明"
    assert first[-1] == "上级党组织：没有找到该上级党组织；批准建立党组织日期：日期应写成 2002-04-18 的样子，现为“去年”"
    assert second[-1] is None
    confirm(admin, session().uid)
    assert Organization.objects.count() == 5


def test_the_corrected_error_workbook_takes_the_place_of_the_first_upload(admin, tree):
    send(admin, tree.root, [line(name="甲", parent="无此党组织")])
    answer = admin.get(reverse("orgs:import_errors", args=[session().uid]))
    made = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    made.active["F2"] = tree.info.code
    stream = BytesIO()
    made.save(stream)
    send(admin, tree.root, stream.getvalue())
    assert (session().state, session().result["ignored"]) == (State.CHECKED, [])
    assert len(kept_files()) == 1


def test_the_template_is_empty_and_reads_as_nothing(admin, tree):
    answer = admin.get(reverse("orgs:import_template"))
    content = b"".join(answer.streaming_content)
    head = [cell.value for cell in load_workbook(BytesIO(content)).active[1]]
    assert [label.rstrip("*") for label in head] == list(TREE_HEADINGS)
    page = send(admin, tree.root, content, follow=False)
    assert page.status_code == 422
    assert "列名下面没有数据" in texts(page)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    (
        (b"", "名册.xlsx", "工作簿"),
        (b"PK\x03\x04 nothing", "名册.xlsx", "工作簿"),
        (b"\xd0\xcf\x11\xe0" * 100, "名册.xls", "旧版 Excel"),
        (book([["x"]], ["别的"]), "名册.xlsx", "没有找到列“党组织全称”"),
    ),
)
def test_what_is_no_sheet_of_organisations_is_refused_with_the_reason(admin, tree, content, name, reason):
    page = send(admin, tree.root, content, name=name, follow=False)
    assert page.status_code == 422
    assert reason in texts(page)
    assert (ImportSession.objects.count(), kept_files()) == (0, [])


def test_no_file_is_refused_in_a_sentence(admin, tree):
    page = admin.post(reverse("orgs:import_tree", args=[tree.root.pk]), {})
    assert (page.status_code, "请选择文件" in texts(page)) == (422, True)


def test_the_same_file_again_leads_to_the_first_result(admin, tree):
    content = book([line(name="甲", parent=tree.info.code)])
    send(admin, tree.root, content)
    confirm(admin, session().uid)
    page = send(admin, tree.root, content)
    assert page.redirect_chain == [(reverse("orgs:import_session", args=[session().uid]), 302)]
    assert "该文件已经导入过，以下是当时的结果" in texts(page)
    assert kept_files() == []


def test_two_tabs_have_one_effect(admin, tree):
    send(admin, tree.root, [line(name="甲", parent=tree.info.code)])
    first = confirm(admin, session().uid, form_key="a" * 22)
    second = confirm(admin, session().uid, form_key="b" * 22)
    assert "已导入：新增 1 个" in texts(first)
    assert "该文件已经导入过，没有重复导入" in texts(second)
    assert Record.objects.filter(action="orgs.import").count() == 1


def test_a_preview_that_no_longer_holds_is_shown_anew(admin, tree):
    send(
        admin, tree.root, [line(code=tree.info_staff.code, short_name="教工第一党支部", org_type=None, founded_on=None)]
    )
    Organization.objects.filter(pk=tree.info_staff.pk).update(short_name="教工总支部")
    page = confirm(admin, session().uid)
    assert "检查之后党组织有变化，没有导入。" in texts(page)
    assert "党组织简称：教工总支部 → 教工第一党支部" in texts(page)
    OrganizationFactory(short_name="教工第一党支部", parent=tree.info)
    page = confirm(admin, session().uid)
    assert "以下各行需要修改，没有导入。" in texts(page)
    assert "同一上级党组织下已有相同的党组织简称" in texts(page)


def test_rows_can_be_narrowed_to_one_outcome(admin, tree):
    send(admin, tree.root, [line(name="甲", parent=tree.info.code), [tree.chemistry.code]])
    address = reverse("orgs:import_session", args=[session().uid])
    page = admin.get(address, {"outcome": "same"})
    assert [row.name for row in page.context["rows"]] == ["化学学院党总支"]
    assert [row.name for row in admin.get(address, {"outcome": "remark"}).context["rows"]] == []


def test_an_import_given_up_leaves_nothing(admin, tree):
    send(admin, tree.root, [line(name="甲", parent=tree.info.code)])
    admin.post(reverse("orgs:withdraw_import", args=[session().uid]))
    assert (ImportSession.objects.count(), kept_files()) == (0, [])


def test_an_import_is_its_owners_alone(client, admin, tree):
    send(admin, tree.root, [line(name="甲", parent="无此党组织")])
    uid = session().uid
    act_as(client, RoleGrantFactory(organization=tree.root))
    assert [
        client.get(reverse("orgs:import_session", args=[uid])).status_code,
        client.get(reverse("orgs:import_errors", args=[uid])).status_code,
        client.post(reverse("orgs:confirm_import", args=[uid])).status_code,
        client.post(reverse("orgs:withdraw_import", args=[uid])).status_code,
    ] == [404] * 4
    assert ImportSession.objects.count() == 1


def test_who_may_upload_where(client, tree):
    def statuses(organization):
        act_as(client, RoleGrantFactory(organization=organization))
        places = (tree.root, tree.info, tree.chemistry, tree.info_staff)
        return [client.get(reverse("orgs:import_tree", args=[place.pk])).status_code for place in places]

    assert statuses(tree.root) == [200, 200, 200, 422]
    assert statuses(tree.info) == [404, 200, 404, 422]
    assert statuses(tree.info_staff) == [403, 403, 403, 403]


class Unread:
    """A body that must not be read."""

    def read(self, *args):
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize("client_is", ("nobody", "without the power"))
def test_the_body_of_a_stranger_is_not_read(client, tree, client_is):
    if client_is != "nobody":
        act_as(client, RoleGrantFactory(organization=tree.info_staff))
    client.handler.enforce_csrf_checks = True
    answer = client.generic(
        "POST",
        reverse("orgs:import_tree", args=[tree.root.pk]),
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": Unread(), "CONTENT_LENGTH": "1000"},
    )
    assert answer.status_code == (302 if client_is == "nobody" else 403)


def test_a_body_declared_too_large_is_not_read(admin, tree):
    answer = admin.generic(
        "POST",
        reverse("orgs:import_tree", args=[tree.root.pk]),
        content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": Unread(), "CONTENT_LENGTH": str(9 * 1024 * 1024)},
    )
    page, form = answer.content.decode(), reverse("orgs:import_tree", args=[tree.root.pk])
    assert (answer.status_code, "提交的内容超过 8 MB，没有保存" in page, f'href="{form}"' in page) == (413, True, True)


def test_an_upload_without_token_is_refused(admin, tree):
    admin.handler.enforce_csrf_checks = True
    page = send(admin, tree.root, [line(name="甲", parent=tree.info.code)], follow=False)
    assert (page.status_code, ImportSession.objects.count()) == (403, 0)


def test_the_order_goes_out_comes_back_and_is_confirmed(admin, tree):
    head, *lines = cells(admin.get(reverse("orgs:export_order", args=[tree.root.pk])))
    assert head == [*ORDER_HEADINGS, "上级党组织"]
    assert lines == [
        [tree.info.code, "信息学院党总支", 1, "示范大学党委"],
        [tree.chemistry.code, "化学学院党总支", 2, "示范大学党委"],
        [tree.info_staff.code, "教工党支部", 1, "信息学院党总支"],
        [tree.chemistry_staff.code, "教工党支部", 1, "化学学院党总支"],
    ]
    lines[0][2], lines[1][2] = 2, 1
    page = send(admin, tree.root, lines, kind="order", headings=head)
    assert "等待确认" in texts(page)
    page = confirm(admin, session().uid)
    assert "已导入：调整 2 个党组织的位次" in texts(page)
    assert list(Organization.objects.filter(parent=tree.root).order_by("lft")) == [tree.chemistry, tree.info]


def test_only_direct_children_can_be_exported(admin, tree):
    _, *lines = cells(admin.get(reverse("orgs:export_order", args=[tree.root.pk]), {"scope": "children"}))
    assert [row[1] for row in lines] == ["信息学院党总支", "化学学院党总支"]


def test_more_than_one_import_takes_are_not_exported_in_one_sheet(admin, tree, settings):
    settings.IMPORT_MAX_ROWS = 3
    page = admin.get(reverse("orgs:export_order", args=[tree.root.pk]))
    assert page.status_code == 422
    assert "“示范大学党委”之下有 4 个党组织，超过一次导入的上限 3 行" in texts(page)
    page = send(admin, tree.root, [line(name=f"新{n}", parent=tree.info.code) for n in range(4)], follow=False)
    assert page.status_code == 422
    assert "3 行" in texts(page)
