"""查询统计: the form step by step, the list, 随机统计, saved queries, workbooks. Source: screens.md 2.8."""

import io
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from accounts.codes import System
from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront import query_jobs
from eforefront.models import SavedQuery
from eforefront.queries import compiling, tabulating
from eforefront.queries.definition import Condition, Group, Query
from eforefront.queries.groupings import GROUPINGS
from eforefront.queries.subjects import SUBJECTS
from eforefront.services import composing
from eforefront.services import queries as services
from eforefront.tests import query_world
from members.models import ExportRequest, Member
from members.services import full_exports
from members.tests.factories import MemberFactory
from partyplatform.audit.models import Record
from partyplatform.excel import read_book
from partyplatform.jobs import run_waiting
from partyplatform.jobs.models import Job
from partyplatform.postgresql import CUT_OFF
from partyplatform.tests.kept import kept
from partyplatform.ui.stale import Stale
from transfers.models import Transfer

pytestmark = pytest.mark.django_db
BUILD, RESULT, TABLE = (reverse(f"queries:{name}") for name in ("build", "result", "table"))


@kept
def world():
    return query_world.build()


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def reader(client, world):
    return act_as(client, world.roles.root)


def press(reader, do, form=(), **more):
    """Press a button of the form; return the address it leads to."""
    answer = reader.post(BUILD, {"subject": "member", **dict(form), "do": do, **more})
    assert answer.status_code == 302
    return answer["Location"].partition("#")[0]


def names(page):
    return [line.row.name for line in page.context["rows"]]


def test_a_query_is_built_by_buttons_alone(reader, world):
    page = reader.get(press(reader, "condition w", **{"w.every": "1", "w.add": "category"}))
    assert page.context["root"].children[0].label == "人员类别"
    form = {"w.every": "1", "w.0.field": "category", "w.0.op": "within", "w.0.value": ["2"]}
    form |= {"w.1.every": "0", "w.1.relation": "posts", "w.1.how": "none"}
    page = reader.get(press(reader, "condition w.1", form, **{"w.1.add": "duty"}))
    assert [child.label for child in page.context["root"].children] == ["人员类别", "党内职务"]
    assert page.context["root"].children[1].children[0].label == "党内职务"
    found = reader.get(press(reader, "run", form))
    assert names(found) == ["李思远"]
    assert 'aria-current="true">组合查询<' in found.text
    page = reader.get(press(reader, "remove w.0", form))
    assert [child.label for child in page.context["root"].children] == ["党内职务"]
    page = reader.get(press(reader, "group w.1", form))
    assert page.context["root"].children[1].children[0].is_group


def test_columns_are_chosen_and_put_in_order(reader):
    form = {"columns": ["name", "gender"]}
    for do, more, expected in (
        ("column", {"new_column": "posts"}, ["name", "gender", "posts"]),
        ("later name", {}, ["gender", "name"]),
        ("drop gender", {}, ["name"]),
    ):
        page = reader.get(press(reader, do, form, **more))
        assert [name for name, *_ in page.context["columns"]] == expected
    page = reader.get(press(reader, "run", {"columns": ["name", "posts", "id_number"], "place": "教工支部"}))
    cells = {line.row.name: [column.text(line) for column in page.context["columns"]] for line in page.context["rows"]}
    assert cells["周敏"][1] == "教工支部书记；信息学院党总支组织委员"
    assert re.fullmatch(r"\*{14}[\dX]{4}", cells["周敏"][2])


def test_a_fault_is_named_at_its_place_and_what_was_typed_stays(reader):
    form = {"w.every": "1", "w.0.field": "born_on", "w.0.op": "from", "w.0.value": "昨天"}
    answer = reader.post(BUILD, {"subject": "member", "do": "run", **form})
    assert answer.status_code == 422
    assert answer.context["root"].children[0].problem == "“出生日期”的日期不正确"
    assert "昨天" in answer.text
    answer = reader.post(BUILD, {"subject": "member", "do": "run", "place": "没有这个支部", "on": "2999-01-01"})
    assert (answer.status_code, "没有这个支部" in answer.text) == (422, True)
    assert "data-error-summary" in answer.text  # where the focus goes
    for name, said in (("place", "没有找到该党组织"), ("on", "不能晚于今天")):
        assert said in answer.text.partition(f'id="{name}-error"')[2].partition("</p>")[0]


def test_neither_names_nor_numbers_are_in_an_address(reader, world):
    number = world.members.zhou.unsealed_id_number()
    form = {"w.every": "1", "w.0.field": "id_number", "w.0.op": "is", "w.0.value": number}
    address = press(reader, "run", form)
    assert number not in address
    page = reader.get(address)
    assert names(page) == ["周敏"]
    assert number not in page.text
    other = act_as(reader, world.roles.artists)  # a number of another session stands for nothing
    assert other.get(address).status_code == 302


def test_the_whole_list_and_only_its_number_agree(reader):
    form = {"w.every": "1", "w.0.field": "gender", "w.0.op": "empty"}
    assert reader.get(press(reader, "count", form)).context["count"] == 1
    assert names(reader.get(press(reader, "run", form))) == ["李思远"]
    everybody = reader.get(RESULT)
    assert everybody.context["pager"].total == Member.objects.active().count() == 5


@pytest.mark.parametrize("address", ["result", "result relations", "build", "table", "saved"])
def test_each_page_asks_a_fixed_number_of_statements(client, world, django_assert_num_queries, address):
    """With 1 and with 3 rows; the role of 表演支部 sees one member, then three."""
    reader = act_as(client, world.roles.artists)
    query = Query(columns=("name", "posts", "honours") if "relations" in address else ())
    query = Query(rows="gender", across="age") if address == "table" else query
    saved = services.save(query, name="示例", sharing="nobody", by=world.roles.artists)
    page = {"build": BUILD, "table": TABLE, "saved": reverse("queries:saved")}.get(address, RESULT)
    expected = {"result": 8, "result relations": 10, "build": 5, "table": 7, "saved": 6}[address]
    for more in (0, 2):
        for _ in range(more):
            MemberFactory(organization=world.artists)
            services.save(query, name=f"示例{more}{_}", sharing="nobody", by=world.roles.artists)
        with django_assert_num_queries(expected):
            assert reader.get(page, {"saved": saved.uid} if page != reverse("queries:saved") else {}).status_code == 200


# ── 随机统计 ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_every_figure_of_every_table_is_the_length_of_its_list(world, subject):
    role = world.roles.root
    found = [one.name for one in GROUPINGS.values() if one.subject == subject]
    for rows, across in zip(found, [*found[1:], found[0]], strict=True):
        query = Query(subject, rows=rows, across=across)
        table = tabulating.table(query, role)
        everybody = compiling.rows(Query(subject), role).count()
        assert table.total == everybody == table.rows[-1].cells[-1].number
        for line in table.rows:
            for cell in line.cells:
                behind = tabulating.cell_query(query, role, cell.row, cell.column)
                if cell.number:
                    assert compiling.rows(behind, role).count() == cell.number, (rows, across, line.label)
        assert sum(cell.number for line in table.rows[:-1] for cell in line.cells[:-1]) == everybody > 0


def test_a_table_leads_to_its_lists_and_draws_its_charts(reader, world):
    answer = reader.post(TABLE, {"rows": "organization", "across": "category"})
    page = reader.get(answer["Location"])
    lines = dict(page.context["table"]["lines"])
    assert page.context["table"]["columns"] == ("正式党员", "预备党员", "合计")
    assert [figure for figure, _ in lines["信息学院党总支"]] == [3, 1, 4]
    for figure, address in (pair for pairs in lines.values() for pair in pairs if pair[0]):
        assert reader.get(address).context["pager"].total == figure
    assert [chart.title for chart in page.context["charts"]] == ["按下级党组织", "按人员类别"]
    book = reader.get(reverse("queries:export_table") + "?" + answer["Location"].partition("?")[2])
    assert cells(book)[1][:2] == ["信息学院党总支", "3"]
    assert reader.post(TABLE, {"rows": "gender", "across": "password"}).status_code == 422


# ── saved and shared ────────────────────────────────────────────────────────────────────────────────────


def test_a_saved_query_is_seen_by_whom_it_is_shared_with_and_runs_with_their_reach(client, world):
    by = world.roles.college
    saved = {
        sharing: services.save(Query(), name=sharing, sharing=sharing, by=by)
        for sharing in ("nobody", "colleagues", "below")
    }
    colleague = RoleGrantFactory(organization=world.college, system=System.INFO)
    for role, seen in (
        (by, ["below", "colleagues", "nobody"]),
        (colleague, ["below", "colleagues"]),
        (world.roles.staff, ["below"]),
        (world.roles.root, []),
        (world.roles.artists, []),
    ):
        reader = act_as(client, role)
        assert [row.name for row in reader.get(reverse("queries:saved")).context["rows"]] == seen
        for name, row in saved.items():
            assert reader.get(row.get_absolute_url()).status_code == (200 if name in seen else 404)
    page = act_as(client, world.roles.staff).get(saved["below"].get_absolute_url())
    assert sorted(names(page)) == ["周敏", "李思远", "陈国栋"]


def test_what_a_shared_query_may_not_ask_its_reader_is_not_asked(client, world):
    place = Condition("organization", "within", (str(world.students.pk),))
    saved = services.save(Query(where=Group((place,))), name="学生", sharing="below", by=world.roles.college)
    answer = act_as(client, world.roles.staff).get(saved.get_absolute_url(), follow=True)
    assert answer.redirect_chain[-1][0].startswith(BUILD)
    assert "不在您的管理范围内" in answer.text
    assert "学生支部" not in answer.text


def test_a_query_that_names_a_person_is_not_shared_and_none_lies_in_clear(world):
    query = Query(where=Group((Condition("name", "is", ("周敏",)),)))
    with pytest.raises(ValidationError, match="仅本人"):
        services.save(query, name="周敏", sharing="below", by=world.roles.root)
    saved = services.save(query, name="一人", sharing="nobody", by=world.roles.root)
    assert "周敏".encode() not in bytes(saved.definition_sealed)
    assert SavedQuery.objects.get().query == query
    with pytest.raises(ValidationError, match="仅本人"):
        services.change(saved, None, name="一人", sharing="colleagues", version=1, by=world.roles.root)


def test_a_saved_query_is_changed_and_removed_by_its_owner_only(client, world):
    saved = services.save(Query(), name="全部", sharing="colleagues", by=world.roles.root)
    colleague = RoleGrantFactory(organization=world.root, system=System.INFO)
    for act in (
        lambda: services.change(saved, None, name="别的", sharing="nobody", version=1, by=colleague),
        lambda: services.remove(saved, by=colleague),
    ):
        with pytest.raises(PermissionDenied):
            act()
    reader = act_as(client, world.roles.root)
    edit = reverse("queries:edit", args=[saved.uid])
    assert reader.post(edit, {"name": "全体", "sharing": "nobody", "version": 1})["Location"] == reverse(
        "queries:saved"
    )
    with pytest.raises(Stale):
        services.change(saved, None, name="又改", sharing="nobody", version=1, by=world.roles.root)
    services.save(Query(), name="另一个", sharing="nobody", by=world.roles.root)
    assert reader.post(edit, {"name": "另一个", "sharing": "nobody", "version": 2}).status_code == 422
    reader.post(reverse("queries:remove", args=[saved.uid]))
    assert [row.name for row in SavedQuery.objects.all()] == ["另一个"]
    actions = list(Record.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-4:] == [f"eforefront.{verb}_query" for verb in ("save", "change", "save", "remove")]


def test_conditions_of_a_saved_query_are_changed_in_its_place(client, world):
    """From the list to its conditions, one more of them, 保存修改, and the list runs the new one."""
    saved = services.save(Query(), name="全部", sharing="colleagues", by=world.roles.root)
    reader = act_as(client, world.roles.root)
    page = reader.get(BUILD, {"saved": saved.uid})
    assert page.context["changing"] == saved
    form = {"change": str(saved.uid), "w.every": "1", "w.0.field": "category", "w.0.op": "within", "w.0.value": "2"}
    step = press(reader, "column", form, new_column="age", columns=["name"])
    assert reader.get(step).context["changing"] == saved  # still on its way after a step
    assert names(reader.get(press(reader, "run", form))) == ["李思远"]
    assert SavedQuery.objects.get().query == Query()  # looking changes nothing
    address = press(reader, "update", form)
    assert address.startswith(reverse("queries:edit", args=[saved.uid]))
    assert "人员类别 属于 预备党员" in reader.get(address).text
    answer = reader.post(address, {"name": "预备党员", "sharing": "nobody", "version": 1})
    assert answer["Location"] == reverse("queries:saved")
    changed = SavedQuery.objects.get()
    assert (changed.pk, changed.name, changed.version) == (saved.pk, "预备党员", 2)
    assert names(reader.get(changed.get_absolute_url())) == ["李思远"]
    assert reader.post(address, {"name": "迟了", "sharing": "nobody", "version": 1}).status_code == 409


def test_a_changed_query_that_names_a_person_stays_with_its_owner(client, world):
    saved = services.save(Query(), name="全部", sharing="below", by=world.roles.root)
    reader = act_as(client, world.roles.root)
    form = {"change": str(saved.uid), "w.every": "1", "w.0.field": "name", "w.0.op": "is", "w.0.value": "周敏"}
    address = press(reader, "update", form)
    answer = reader.post(address, {"name": "全部", "sharing": "below", "version": 1})
    assert answer.status_code == 422
    assert "仅本人" in answer.text
    assert SavedQuery.objects.get().query == Query()
    other = act_as(client, world.roles.artists)
    assert other.get(address).status_code == 403  # seen, and not theirs
    assert other.post(BUILD, {"subject": "member", "do": "run", "change": str(saved.uid)}).status_code == 403


def test_a_saved_table_keeps_its_rows_and_columns_while_what_it_counts_is_changed(client, world):
    saved = services.save(Query(rows="gender", across="category"), name="表", sharing="nobody", by=world.roles.root)
    reader = act_as(client, world.roles.root)
    page = reader.get(BUILD, {"saved": saved.uid})
    assert page.context["table_title"] == "性别 × 人员类别"
    form = {"change": str(saved.uid), "rows": "gender", "across": "category", "place": "教工支部"}
    assert reader.get(press(reader, "table", form)).context["total"] == 3
    reader.post(press(reader, "update", form), {"name": "表", "sharing": "nobody", "version": 1})
    changed = SavedQuery.objects.get()
    assert (changed.use, changed.query.rows, changed.query.place) == ("table", "gender", str(world.staff.pk))
    answer = reader.post(f"{TABLE}?saved={saved.uid}", {"rows": "age", "across": "category"})
    address = answer["Location"].replace(TABLE, reverse("queries:edit", args=[saved.uid]))
    reader.post(address, {"name": "表", "sharing": "nobody", "version": 2})
    assert SavedQuery.objects.get().query.rows == "age"


def test_what_somebody_shared_for_a_former_organisation_is_not_changed_there(client, world):
    """Whoever moved on takes the query along: the administrators of the former organisation no longer see it."""
    before = world.roles.college
    saved = services.save(Query(), name="全院", sharing="colleagues", by=before)
    colleague = RoleGrantFactory(organization=world.college, system=System.INFO)
    moved_on = RoleGrantFactory(organization=world.artists, system=System.INFO, user=before.user)
    services.change(
        saved,
        Query(sort="name"),
        name="全院",
        sharing="colleagues",
        version=1,
        by=moved_on,
    )
    assert list(SavedQuery.objects.visible_to(colleague)) == []
    assert list(SavedQuery.objects.visible_to(world.roles.artists)) == [saved]


def test_the_level_above_takes_back_what_somebody_shared_who_has_left(client, world):
    left = services.save(Query(sort="name"), name="全院党员", sharing="below", by=world.roles.college)
    kept = services.save(Query(), name="自用", sharing="nobody", by=world.roles.college)
    colleague = RoleGrantFactory(organization=world.college, system=System.INFO)
    for role, seen in ((world.roles.root, [left]), (colleague, []), (world.roles.artists, [])):
        assert list(act_as(client, role).get(reverse("queries:shared_below")).context["rows"]) == seen
    address = reverse("queries:withdraw", args=[left.uid])
    for role, code in ((colleague, 403), (world.roles.artists, 404)):
        assert act_as(client, role).get(address).status_code == code
    reader = act_as(client, world.roles.root)
    assert "范围 在册党员" in reader.get(address).text
    refused = reader.post(address, {"version": 1, "reason": " "})
    assert (refused.status_code, "收回原因" in refused.text) == (422, True)
    assert reader.get(reverse("queries:withdraw", args=[kept.uid])).status_code == 404
    assert reader.post(address, {"version": 1, "reason": "保存人已调离"}).status_code == 302
    with pytest.raises(Stale):
        services.withdraw(left, version=1, reason="再次", by=world.roles.root)
    assert list(SavedQuery.objects.visible_to(world.roles.staff)) == []
    assert set(SavedQuery.objects.visible_to(world.roles.college)) == {left, kept}
    told = Record.objects.latest("pk")
    assert (told.action, told.reason) == ("eforefront.withdraw_query", "保存人已调离")


def test_a_saved_query_is_removed_after_a_question(client, world):
    saved = services.save(Query(), name="全部", sharing="below", by=world.roles.root)
    reader = act_as(client, world.roles.root)
    SavedQuery.objects.update(definition_sealed=b"\x00broken")  # one that cannot be read any more goes too
    page = reader.get(reverse("queries:remove", args=[saved.uid]))
    assert "不能恢复" in page.text
    assert SavedQuery.objects.exists()
    reader.post(reverse("queries:remove", args=[saved.uid]))
    assert not SavedQuery.objects.exists()


# ── what a page does not wait for ───────────────────────────────────────────────────────────────────────


class Cut(Exception):
    sqlstate = CUT_OFF


@pytest.mark.parametrize("page", ["result", "table", "export", "export_table"])
def test_what_takes_too_long_is_offered_in_the_background(client, world, monkeypatch, page):
    reader = act_as(client, world.roles.root)
    saved = services.save(Query(rows="gender", across="age"), name="表", sharing="nobody", by=world.roles.root)

    def cut_off(*args, **kwargs):
        raise OperationalError("canceling statement due to statement timeout") from Cut()

    with monkeypatch.context() as slow:
        slow.setattr(tabulating if "table" in page else compiling, "table" if "table" in page else "rows", cut_off)
        answer = reader.get(reverse(f"queries:{page}"), {"saved": saved.uid}, follow=True)
    assert answer.status_code == 200
    assert "在后台导出" in answer.text
    background = reverse("queries:export_table" if "table" in page else "queries:export")
    reader.post(f"{background}?saved={saved.uid}")
    run_waiting()
    job = Job.objects.get(kind=query_jobs.KIND)
    assert (job.state, job.title) == ("done", "随机统计" if "table" in page else "导出查询结果")


def test_another_fault_of_the_database_is_not_taken_for_a_slow_question(client, world, monkeypatch):
    def broken(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(compiling, "rows", broken)
    client.raise_request_exception = False
    assert act_as(client, world.roles.root).get(RESULT).status_code >= 500


# ── every subject ───────────────────────────────────────────────────────────────────────────────────────

# what is asked, a condition, and what the first column of the list shows
ASKED = {
    "member": (Condition("category", "within", ("2",)), ["李思远"]),
    "organization": (Condition("is_elderly_majority", "yes"), ["教工支部"]),
    "post": (Condition("ended_on", "filled"), ["陈国栋"]),
    "transfer": (Condition("state", "within", ("done",)), ["孙丽"]),
    "dues": (Condition("paid_fen", "at_least", ("25",)), ["周敏"]),
    "gathering": (Condition("meeting_type", "within", ("1",)), ["义务植树"]),
    "applicant": (Condition("candidate_on", "until", ("2025-12-31",)), ["李思远", "何平"]),
}


@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_every_subject_is_listed_counted_and_leaves_as_a_workbook(reader, world, monkeypatch, subject):
    condition, expected = ASKED[subject]
    scope = {"post": "all", "applicant": "open"}.get(subject, "")
    form = {"scope": scope, "w.every": "1", "w.0.field": condition.field, "w.0.op": condition.op}
    form |= {"w.0.value": list(condition.values), "w.1.every": "0", "w.1.0.field": condition.field, "w.1.0.op": "empty"}
    form |= {"w.1.1.field": condition.field, "w.1.1.op": condition.op, "w.1.1.value": list(condition.values)}
    address = press(reader, "run", form, subject=subject)
    page = reader.get(address)
    first = page.context["columns"][0]
    assert [first.text(line) for line in page.context["rows"]] == expected
    assert reader.get(press(reader, "count", form, subject=subject)).context["count"] == len(expected)
    book = cells(reader.get(address.replace(RESULT, reverse("queries:export"))))
    assert [line[0] for line in book[1:]] == expected
    monkeypatch.setattr(query_jobs, "AT_ONCE", 0)
    reader.post(address.replace(RESULT, reverse("queries:export")))
    run_waiting()
    assert Job.objects.get(kind=query_jobs.KIND).state == "done"


@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_every_column_of_every_subject_can_be_shown(reader, subject):
    """Twenty at a time, three with rows of their own."""
    found = SUBJECTS[subject]
    listed = [name for name, field in found.fields.items() if field.is_listed]
    related = list(found.related)
    scope = "all" if subject != "member" else "enrolled"
    for names_ in [listed[start : start + 20] for start in range(0, len(listed), 20)] + [
        related[start : start + 3] for start in range(0, len(related), 3)
    ]:
        form = {"columns": names_, "scope": scope}
        page = reader.get(press(reader, "run", form, subject=subject))
        assert [column.name for column in page.context["columns"]] == names_
        assert page.context["rows"]


# ── workbooks ───────────────────────────────────────────────────────────────────────────────────────────


def cells(answer):
    book = read_book(io.BytesIO(b"".join(answer.streaming_content)))
    return [[cell.text for cell in line.cells] for line in book.sheets[0].lines]


def test_a_workbook_holds_the_list_with_its_masks(reader, world):
    form = {"place": "教工支部", "columns": ["name", "id_number", "phone", "age"], "sort": "name"}
    address = press(reader, "run", form)
    book = cells(reader.get(address.replace(RESULT, reverse("queries:export"))))
    assert book[0][:4] == ["姓名", "身份证号", "联系方式", "年龄"]
    assert [line[0] for line in book[1:]] == ["陈国栋", "李思远", "周敏"]
    assert all("*" in line[1] for line in book[1:])
    record = Record.objects.latest("pk")
    assert (record.action, record.changes[1][2]) == ("eforefront.export_query", "3")


def test_a_large_workbook_is_a_job_that_asks_anew_what_the_role_may_see(reader, world, monkeypatch):
    monkeypatch.setattr(query_jobs, "AT_ONCE", 1)
    number = world.members.zhou.unsealed_id_number()
    form = {"w.every": "0", "w.0.field": "id_number", "w.0.op": "is", "w.0.value": number}
    form |= {"w.1.field": "gender", "w.1.op": "filled"}
    address = press(reader, "run", form).replace(RESULT, reverse("queries:export"))
    assert "后台" in reader.get(address).text
    reader.post(address)
    job = Job.objects.get(kind=query_jobs.KIND)
    assert number not in str(job.params)
    run_waiting()
    job.refresh_from_db()
    assert job.state == "done"


def test_full_numbers_leave_only_by_a_request_with_a_reason(reader, world, monkeypatch):
    form = {"columns": ["name", "id_number", "address"], "place": "教工支部"}
    address = press(reader, "run", form).replace(RESULT, reverse("queries:ask_full"))
    assert reader.post(address, {"reason": ""}).status_code == 422
    reader.post(address, {"reason": "核对"})
    asked = ExportRequest.objects.get()
    assert (asked.state, asked.rows) == ("approved", 3)
    run_waiting()
    asked.refresh_from_db()
    assert asked.exported_at is not None
    monkeypatch.setattr(full_exports, "ALONE", 3)
    reader.post(address, {"reason": "再次核对"})
    assert ExportRequest.objects.latest("pk").state == "waiting"


# ── 首页 ────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_figure_of_the_first_page_leads_to_a_list_of_just_as_many(client, world):
    Transfer.objects.filter(type="internal").update(finished_on=timezone.localdate())
    composing.count_compositions(timezone.localdate(), lambda: None)
    for role in (world.roles.root, world.roles.college, world.roles.staff):
        reader = act_as(client, role)
        page = reader.get(reverse("orgs:home"))
        moves = {label: count.number for label, count, _ in page.context["moves"]}
        assert (moves["本年转出"], moves["转接待审批"]) == (1, 0)
        charts = page.context["charts"]
        assert [chart.slug for chart in charts] == ["decade", "seniority", "education", "gender", "job"]
        figures = [(count.number, url) for _, count, url in page.context["moves"]]
        members = {"root": 5, "college": 4, "staff": 3}[next(n for n, r in vars(world.roles).items() if r == role)]
        for chart in charts:
            assert sum(bar.number for bar in chart.bars) == members
            figures += [(bar.number, bar.url) for bar in chart.bars if bar.number]
        for figure, url in figures:
            assert reader.get(url).context["pager"].total == figure, url


def test_a_list_that_nobody_made_is_not_found(reader):
    for slug in ("age-99", "age", "organizations-1", "password-0", "age--1"):
        assert reader.get(RESULT, {"list": slug}).status_code == 404
