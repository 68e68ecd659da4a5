"""党内统计: the identity of a year, each table against a plain count, figures that stay, sealing. statistics.md 1–5."""

import datetime
import math
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from openpyxl import load_workbook

from accounts.tests.clients import act_as
from accounts.tests.factories import RoleGrantFactory
from eforefront.models import StatisticalReport
from eforefront.services import reviews
from eforefront.services import statistics as services
from eforefront.statistics import checks, listing
from eforefront.statistics.definitions import edition_for
from eforefront.statistics.engine import count_table
from eforefront.statistics.frame import Frame
from eforefront.statistics.sources import SOURCES
from eforefront.statistics_checks import tables_can_be_read
from eforefront.tests.plain_statistics import Plain
from eforefront.tests.statistics_year import live, other_work
from eforefront.views import statistics as pages
from members.models import Member, MemberProfile, PastRecord, Standing
from members.procedures import LOST
from members.services import departures, pasts
from orgs.services import closing, terms
from orgs.tests.acting import Acting
from orgs.tests.factories import OrganizationFactory
from partyplatform.audit.models import Record
from partyplatform.jobs import run_waiting
from partyplatform.postgresql import CUT_OFF
from partyplatform.tests.kept import kept
from partyplatform.ui.form_keys import fresh

pytestmark = pytest.mark.django_db
END, HALF, BEFORE_IT_CAME = (datetime.date(2025, *day) for day in ((12, 31), (6, 30), (9, 9)))
PLACES = ("root", "general", "hospital", "office", "clinic", "staff")


@kept
def year():
    return live()


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 1, 25, 4, tzinfo=datetime.UTC), tick=False)


def figures(year, place, on=END):
    frame = Frame(getattr(year.orgs, place).pk, on)
    return {table.number: count_table(table, frame) for table in edition_for(on.year).tables}


def table_one(year, place, on=END):
    """{row: 党员总数} of table 1."""
    table = edition_for(on.year).table("01")
    return {row.key: line[0] for row, line in zip(table.rows, figures(year, place, on)["01"], strict=True)}


def test_the_identity_holds_for_the_year_at_every_level(year):
    found = table_one(year, "root")
    wanted = {"reported": 34, "late": 1, "wrong": 1, "before": 34, "developed": 3, "resumed": 1, "came": 2}
    wanted |= {"expelled": 3, "suspended": 2, "deceased": 2, "went": 1, "due": 32, "present": 32, "difference": 0}
    assert {key: found[key] for key in wanted} == wanted
    for place in PLACES:
        assert table_one(year, place)["difference"] == 0, place


@pytest.mark.parametrize(
    ("place", "on"), [(place, END) for place in PLACES] + [("root", HALF), ("office", HALF), ("office", BEFORE_IT_CAME)]
)
def test_every_table_is_what_a_plain_count_gives(year, place, on):
    plain = Plain(lambda day: year.below(place, day), on)
    found = figures(year, place, on)
    for table in edition_for(on.year).tables:
        assert found[table.number] == plain.table(table), table.number


def test_what_only_developments_know_is_counted(year):
    found, edition = figures(year, "root"), edition_for(END.year)

    def cell(number, row, column):
        table = edition.table(number)
        rows = {line.name: values for line, values in zip(table.rows, found[number], strict=True)}
        return rows[row][[line.name for line in table.columns].index(column)]

    named = ("建制村", "先进模范人物", "共青团员（经推优）")
    assert [cell("17", row, "总数") for row in named] == [1, 1, 1]
    assert cell("15", "总计", "其中：推迟讨论转正") == 1
    lines = ("企业", "农村", "教学科研")
    assert [[cell(number, "总计", line) for line in lines] for number in ("18", "19", "20")] == [
        [0, 0, 0],
        [0, 1, 1],
        [1, 0, 0],
    ]


def test_time_abroad_puts_off_when_a_probation_is_due(year):
    table = edition_for(END.year).table("15")
    due = table.columns.index(table.column("due"))
    before = figures(year, "root")["15"]
    words = {"member": year.member("candidate2"), "defaults": {"probation_until": END + datetime.timedelta(days=1)}}
    profile, _ = MemberProfile.objects.update_or_create(**words)
    found = figures(year, "root")["15"]
    assert found == Plain(lambda day: year.below("root", day), END).table(table)
    assert before[0][due] - found[0][due] == 1
    profile.probation_until = END
    profile.save()
    assert figures(year, "root")["15"] == before


def test_a_month_of_other_work_changes_no_figure_of_the_day(year):
    before = {place: figures(year, place) for place in ("root", "staff", "hospital", "office", "clinic")}
    other_work(year)
    assert {place: figures(year, place) for place in before} == before
    assert figures(year, "root", datetime.date(2026, 1, 25)) != before["root"]


def test_what_was_empty_counts_for_earlier_days_and_what_was_entered_late_can_be_dated(year):
    edition, members = edition_for(2025), Member.objects.filter(pk=year.people["clerks4"])
    members.update(education="")
    wanted = [("表4：各学历之和＝总数", year.people["clerks4"])]
    assert _broken(year, "office") == wanted
    year.change("clerks4", education="12")
    assert _broken(year, "office") == []
    year.change("clerks4", education="11")
    graduate = edition.table("04").columns.index(edition.table("04").column("graduate"))
    assert figures(year, "office")["04"][0][graduate] == before_it(year, "office", graduate)
    past = PastRecord.objects.get(member=year.people["clerks4"])
    assert (past.education, past.ends_on) == ("12", datetime.date(2026, 1, 25))
    with pytest.raises(ValidationError, match="请填写原因"):
        pasts.redate(past, on=datetime.date(2025, 12, 1), by=year.by, reason="")
    pasts.redate(past, on=datetime.date(2025, 12, 1), by=year.by, reason="毕业证书所载")
    assert not PastRecord.objects.filter(member=past.member_id, ends_on__gt=END).exists()


def before_it(year, place, column):
    """The same figure by a plain count."""
    return Plain(lambda day: year.below(place, day), END).table(edition_for(2025).table("04"))[0][column]


def _broken(year, place):
    """[(check, member named behind it)] of what does not agree."""
    organization = getattr(year.orgs, place)
    edition, frame = edition_for(2025), Frame(organization.pk, END)
    failed = [one for one in checks.run(edition, figures(year, place), frame) if not one.agrees]
    return [
        (one.name, rows.get().member_id)
        for one in {one.check: one for one in failed}.values()
        for _, found in checks.behind(edition, edition.checks[one.check], one.row)
        for rows in found[0][1].rows(frame)
    ]


def test_every_check_agrees_and_those_below_add_up_to_those_above(year):
    edition = edition_for(2025)
    found = checks.run(edition, figures(year, "root"), Frame(year.orgs.root.pk, END))
    assert [one for one in found if not one.agrees] == []
    below = [figures(year, place) for place in ("general", "hospital", "office")]
    added = checks.children(edition, figures(year, "root"), below)
    assert [one for one in added if not one.agrees] == []
    assert "表2：本级＝下级之和（总计）" in [one.label for one in added]  # that it was looked at is seen


# ── sealing ─────────────────────────────────────────────────────────────────────────────────────────────


def sealed(year, place="root"):
    return services.seal(getattr(year.orgs, place), on=END, by=Acting(year.orgs.root))


def test_nothing_dated_in_a_sealed_period_changes_any_more(year):
    report = sealed(year)
    assert (report.state, report.edition, report.figures["01"][-3][0]) == ("sealed", "2018", 0)
    day, branch = datetime.date(2025, 12, 20), Acting(year.orgs.root)
    acts = {
        "death": lambda: year.act("decease", "clerks3", day),
        "expulsion": lambda: year.act("expel", "clerks3", day, expel_kind="1"),
        "departure": lambda: departures.depart(year.member("clerks3"), by=year.by, on=day),
        "honour": lambda: year.line("honours", "clerks3", kind="2", level="4", given_on=day),
        "penalty": lambda: year.line("penalties", "clerks3", kind="1", given_on=day),
        "matter": lambda: year.begin(LOST, "register", "clerks3", day, cause="3"),
        "closing": lambda: closing.dissolve([_empty(year)], by=branch, on=day),
        "term": lambda: terms.record(year.orgs.clerks, by=branch, number=9, elected_on=day, **TERM),
        "review": lambda: reviews.begin(year.orgs.clinic, year=2025, on=day, by=Acting(year.orgs.clinic)),
    }
    for name, act in acts.items():
        with pytest.raises(ValidationError, match="已封存"), transaction.atomic():
            act()
            pytest.fail(name)
    year.act("decease", "clerks3", datetime.date(2026, 1, 2))
    assert figures(year, "root") == report.figures


TERM = {"years": 3, "method": "1", "voters_due": 5, "voters_present": 5, "is_current": True}


def _empty(year):
    return OrganizationFactory(parent=year.orgs.root, short_name="空支部", founded_on=datetime.date(2020, 1, 1))


def test_a_confirmation_decided_after_the_sealing_counts_from_the_first_open_day(year):
    report = sealed(year)
    year.act("confirm", "candidate2", datetime.date(2025, 6, 1))
    assert year.member("candidate2").confirmed_on == datetime.date(2025, 6, 1)
    assert Standing.objects.open().get(member=year.people["candidate2"]).begins_on == datetime.date(2026, 1, 1)
    assert figures(year, "root") == report.figures


def test_a_report_is_opened_from_above_with_a_reason_and_sealed_anew(year):
    first, lower = sealed(year), sealed(year, "clerks")
    with pytest.raises(ValidationError, match="请先启封“示范大学党委”"):
        services.open_again(lower, by=Acting(year.orgs.root), version=lower.version, reason="更正")
    with pytest.raises(ValidationError, match="请填写启封原因"):
        services.open_again(first, by=Acting(year.orgs.root), version=first.version, reason="")
    opened = services.open_again(first, by=Acting(year.orgs.root), version=first.version, reason="漏报死亡一人")
    with pytest.raises(PermissionDenied, match="由上级党组织启封"):
        services.open_again(lower, by=Acting(year.orgs.clerks), version=lower.version, reason="更正")
    services.open_again(lower, by=Acting(year.orgs.office), version=lower.version, reason="更正")
    year.act("decease", "clerks3", datetime.date(2025, 12, 20))
    again = sealed(year)
    assert (opened.state, opened.reason, again.pk != first.pk) == ("opened", "漏报死亡一人", True)
    kept = StatisticalReport.objects.get(pk=first.pk)
    assert kept.figures == first.figures != again.figures
    assert [row.action for row in Record.objects.of_object(again)] == [
        "eforefront.seal_statistics",
        "eforefront.count_statistics",
    ]


def test_a_report_is_not_sealed_before_its_day_is_over_nor_while_a_check_fails(year):
    with pytest.raises(ValidationError, match="不能晚于今天"):
        services.put_together(year.orgs.root, on=datetime.date(2026, 6, 30), by=Acting(year.orgs.root))
    with pytest.raises(ValidationError, match="截止日期过后才能封存"):
        services.seal(year.orgs.root, on=datetime.date(2026, 1, 25), by=Acting(year.orgs.root))
    Member.objects.filter(pk=year.people["clerks4"]).update(education="")
    with pytest.raises(ValidationError, match="项检查不符，请先更正：表4：各学历之和＝总数（总计）"):
        sealed(year)
    assert not StatisticalReport.objects.sealed().exists()


@pytest.mark.postgresql
def test_no_list_goes_through_the_whole_history_for_each_of_its_rows(year):
    frame = Frame(year.orgs.root.pk, END)
    plans = [rows.explain() for name in ("increases", "decreases", "probation") for rows in SOURCES[name].rows(frame)]
    assert [plan for plan in plans if "Anti Join" in plan] == []


# ── definitions ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "fault"),
    (
        ('when = { job = "01" }', "条件“job”不存在"),
        ('when = { job_post = "99" }', "没有代码“99”"),
        ('when = { age = "31-35" }', "应写成 下限..上限"),
        ('when = { age = "40..31" }', "下限大于上限"),
        ('source = "people"', "统计对象“people”不存在"),
        ('when = { penalty = "1" }', "“实有党员”没有条件“penalty”"),
        ('plus = ["nobody"]', "引用的 key “nobody”不存在"),
        ('colour = "red"', "没有“colour”这一项"),
    ),
)
def test_a_table_that_says_nonsense_is_refused_by_the_check_with_its_place(written, fault, settings, tmp_path):
    folder = tmp_path / "2030"
    folder.mkdir()
    table = f'title = "甲"\nsource = "members"\n[[rows]]\nname = "乙"\n{written}\n[[columns]]\nname = "丙"\n'
    (folder / "02.toml").write_text(table, encoding="utf-8")
    settings.STATISTICS_DIR = str(tmp_path)
    [error] = tables_can_be_read(None)
    assert "02.toml" in error.msg
    assert fault in error.msg
    (folder / "02.toml").write_text(table.replace(written, ""), encoding="utf-8")
    assert tables_can_be_read(None) == []
    assert (edition_for(2031).name, edition_for(2029).name) == ("2030", "2018")


def test_an_edition_that_was_revised_in_its_place_does_not_put_sealed_figures_under_other_heads(client, year):
    report = sealed(year)
    report.figures["02"] = report.figures["02"][1:]
    report.save(update_fields=["figures"])
    act_as(client, RoleGrantFactory(organization=year.orgs.root))
    for name, arguments, more in (("table", ("02",), {}), ("export", (), {"table": "02"}), ("export", (), {})):
        answer = page(client, name, *arguments, on=END, **more)
        assert answer.status_code == 302
        assert "表2 的数据与现在的报表定义不符" in client.get(answer["Location"]).text
    assert page(client, "table", "03", on=END).status_code == 200


def test_where_an_edition_is_gone_every_page_of_its_reports_says_so(client, year):
    sealed(year)
    StatisticalReport.objects.update(edition="2017")
    act_as(client, RoleGrantFactory(organization=year.orgs.root))
    for name, arguments in (("start", ()), ("table", ("02",)), ("checks", ()), ("export", ())):
        answer = page(client, name, *arguments, on=END)
        assert (answer.status_code, "报表定义缺失或有误" in answer.text) == (503, True)
    assert page(client, "start", on=HALF).status_code == 200


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────────


def page(client, name, *args, **query):
    return client.get(f"{reverse(f'statistics:{name}', args=args)}?{urlencode(query)}")


@pytest.fixture
def top(client, year):
    return act_as(client, RoleGrantFactory(organization=year.orgs.root))


def test_each_figure_leads_to_those_it_counts(client, year, top):
    assert "表2　党员基本情况" in page(client, "start", on=END).content.decode()
    shown = page(client, "table", "01", on=END)
    assert "row=expelled&amp;column=total" in shown.content.decode()
    people = page(client, "people", "01", on=END, row="deceased", column="total")
    assert {row.name for row in people.context["rows"]} == {year.member("staff0").name, year.member("ward2").name}
    assert [row.shown["变动"] for row in people.context["rows"]] == ["死亡", "死亡"]
    table = edition_for(2025).table("02")
    for row, line in zip(table.rows, figures(year, "root")["02"], strict=True):
        if number := line[2]:
            found = page(client, "people", "02", on=END, row=row.key, column="women")
            assert found.context["pager"].total == number
    parts = page(client, "people", "01", on=END, row="due", column="total").context["parts"]
    assert [(sign, line.key) for sign, line, _ in parts] == [("＋", "before"), ("＋", "increase"), ("－", "decrease")]


def test_a_difference_names_its_row_and_its_people_and_a_check_not_made_is_said(client, year, top):
    Member.objects.filter(pk=year.people["clerks4"]).update(education="")
    shown = page(client, "checks", on=END)
    assert "全部封存后，再检查本级与下级之和" in shown.text
    failed = [one for one in shown.context["findings"] if not one.agrees]
    for one in failed:
        found = page(client, "difference", one.check, on=END, row=one.row).text
        assert f"（{one.row_name}）" in found
        assert year.member("clerks4").name in found
    assert len(failed) > 1


def test_the_day_of_a_report_is_named_once(client, year, top):
    for on, named in (
        ("2025-11-24", "党内统计（截至 2025-11-24）"),
        (END.isoformat(), f"2025 年度党内统计，截至 {END}"),
    ):
        shown = page(client, "checks", on=on).text
        assert named in shown
        assert shown.count("截至 2025") == 1


def test_a_comparison_prints_figures_as_the_tables_do():
    assert listing.Compared("实有数", 0, 13562, 12000).shown == ("13,562", "12,000", "+1,562")
    assert listing.Compared("实有数", 0, 0, None).shown == ("0", "—", "—")


@pytest.mark.parametrize(("row", "number"), (("suspended", 2), ("expelled", 3)))
def test_a_list_asks_the_same_few_statements(client, year, top, row, number, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        found = page(client, "people", "01", on=END, row=row, column="total")
    assert len(found.context["rows"]) == number


@pytest.mark.parametrize(
    ("name", "arguments"),
    (("start", ()), ("seal", ()), ("table", ("01",)), ("compare", ("01",)), ("difference", ("0",))),
)
def test_no_page_of_a_report_asks_more_than_twelve_statements(
    client, year, top, name, arguments, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        assert page(client, name, *arguments, on=END).status_code == 200


@pytest.mark.parametrize("name", ("start", "checks"))
def test_whoever_does_not_reach_an_organisation_does_not_find_its_report(client, year, name):
    act_as(client, RoleGrantFactory(organization=year.orgs.hospital))
    for place, status in ((year.orgs.hospital, 200), (year.orgs.office, 404), (year.orgs.root, 404)):
        assert page(client, name, org=place.pk, on=END).status_code == status
    assert page(client, "table", "01", org=year.orgs.office.pk, on=END).status_code == 404
    assert page(client, "people", "01", org=year.orgs.office.pk, row="deceased", column="total").status_code == 404


def test_the_form_names_the_period_that_is_shown_and_no_day_lies_beyond_this_year(client, year, top):
    today = timezone.localdate()
    for on in (f"{today.year - 1}-06-30", f"{today.year - 1}-12-31", f"{today.year}-12-31", "2001-02-03", "2000-12-31"):
        shown = page(client, "start", on=on)
        assert shown.context["filters"].chosen_day().isoformat() == on
        assert not shown.context["filters"].errors
        assert ("截止日期未到" in shown.text, "统计全部报表" in shown.text) == (on > str(today), on <= str(today))
    for on in (f"{today.year + 1}-01-01", "2000-12-30", "abc"):
        for name, arguments in (("start", ()), ("table", ("01",)), ("seal", ())):
            assert page(client, name, *arguments, on=on).status_code == 404


PAGES = (
    ("get", "start", (), {}),
    ("post", "count", (), {}),
    ("get", "seal", (), {}),
    ("post", "seal", (), {}),
    ("get", "checks", (), {}),
    ("get", "difference", ("0",), {}),
    ("get", "export", (), {"table": "02"}),
    ("get", "export", (), {"format": "pdf"}),
    ("post", "export", (), {}),
    ("get", "table", ("02",), {}),
    ("get", "compare", ("02",), {}),
    ("get", "people", ("02",), {"row": "total", "column": "total"}),
    ("get", "people", ("18",), {"row": "total", "column": "total"}),
    ("get", "people", ("24",), {"row": "all", "column": "total"}),
)


@pytest.mark.looks
@pytest.mark.parametrize(("method", "name", "arguments", "query"), PAGES)
def test_every_page_of_a_report_is_found_for_organisations_in_reach_alone(client, year, method, name, arguments, query):
    """Asked for one above, beside, of another tree and one that is nowhere; the own one has an answer."""
    act_as(client, RoleGrantFactory(organization=year.orgs.hospital))
    elsewhere = OrganizationFactory()
    ids = [year.orgs.root.pk, year.orgs.general.pk, year.orgs.office.pk, year.orgs.staff.pk, elsewhere.pk, 10**9, "x"]
    for pk in ids:
        address = f"{reverse(f'statistics:{name}', args=arguments)}?{urlencode({'org': pk, 'on': END, **query})}"
        assert asked(client, method, address) == 404, pk
    assert not StatisticalReport.objects.exists()
    if name == "people":
        rows = [line.key for line in edition_for(END.year).table(arguments[0]).rows if not line.absent]
        query = query | {"row": rows[0], "column": edition_for(END.year).table(arguments[0]).columns[0].key}
    own = urlencode({"org": year.orgs.hospital.pk, "on": END, **query})
    address = f"{reverse(f'statistics:{name}', args=arguments)}?{own}"
    assert asked(client, method, address) in (200, 302)


def asked(client, method, address):
    """The status of a page asked for, or of its form sent."""
    answer = client.post(address, {"form_key": fresh()}) if method == "post" else client.get(address)
    return answer.status_code


def test_a_list_that_takes_too_long_leads_back_to_its_table(client, year, top, monkeypatch):
    class Cut(Exception):
        sqlstate = CUT_OFF

    def cut_off(*args):
        raise OperationalError("canceling statement due to statement timeout") from Cut()

    monkeypatch.setattr(listing, "rows_of", cut_off)
    answer = page(client, "people", "02", on=END, row="total", column="total")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("statistics:table", args=["02"]))
    assert "下级党组织" in client.get(answer["Location"]).text


def test_who_moved_out_of_reach_is_listed_as_it_stood_and_not_opened(client, year):
    act_as(client, RoleGrantFactory(organization=year.orgs.hospital))
    found = page(client, "people", "01", on=END, org=year.orgs.hospital.pk, row="went_whole", column="total")
    assert {row.url for row in found.context["rows"]} == {""}
    assert {row.place for row in found.context["rows"]} == {"门诊支部"}
    then = page(client, "people", "24", on=BEFORE_IT_CAME, org=year.orgs.hospital.pk, row="all", column="total")
    assert then.status_code == 200
    opened = {row.name: bool(row.url) for row in then.context["rows"]}
    assert opened.pop("门诊支部") is False  # where it stood then, and not to be opened from here any more
    assert opened
    assert all(opened.values())


@pytest.mark.looks
def test_the_workbook_has_the_heads_of_the_form_and_no_formula(client, year, top):
    answer = page(client, "export", on=END)
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == [f"表{int(table.number)}" for table in edition_for(2025).tables]
    sheet = book["表2"]
    assert (sheet["A1"].value, sheet["A4"].value, sheet["D4"].value) == ("表2　党员基本情况", "项目", "其中")
    assert {"A1:Q1", "A4:A5", "C4:C5", "D4:G4", "H4:Q4"} <= {str(area) for area in sheet.merged_cells.ranges}
    assert [cell.value for cell in sheet[6][2:]] == figures(year, "root")["02"][0]
    assert (sheet.page_setup.orientation, sheet.freeze_panes) == ("landscape", "C6")
    inner = next(row[0] for row in sheet.iter_rows(min_row=6) if "党政机关" in str(row[0].value))
    assert (inner.alignment.horizontal, inner.alignment.indent) == ("left", 2)  # without a side no indent is shown
    first = book["表1"]  # upright on one page, its note as high as its lines are many
    assert (first.page_setup.orientation, first.page_setup.fitToHeight) == ("portrait", 1)
    note = next(row[0].row for row in first.iter_rows() if str(row[0].value).startswith("注："))
    assert first.row_dimensions[note].height >= 2 * 13
    narrow = book["表8"]["A3"]  # the unit at the end of the line is not cut off
    assert narrow.alignment.wrap_text
    assert book["表8"].row_dimensions[3].height >= 13 * math.ceil(len(narrow.value) * 1.9 / (34 + 6 + 2 * 10.5))


def test_a_report_is_sealed_and_opened_on_the_pages(client, year, top):
    address = f"{reverse('statistics:seal')}?{urlencode({'on': END})}"
    assert "封存之后" in client.get(address).content.decode()
    assert client.post(address, {"form_key": fresh()}).status_code == 302
    report = StatisticalReport.objects.sealed().get()
    shown = page(client, "start", on=END).content.decode()
    assert "已封存" in shown
    answer = client.get(f"{reverse('statistics:seal')}?{urlencode({'on': END})}")  # nothing is left to seal there
    assert answer["Location"] == f"{reverse('statistics:start')}?{urlencode({'org': year.orgs.root.pk, 'on': END})}"
    again = client.post(f"{reverse('statistics:seal')}?{urlencode({'on': END})}", {"form_key": fresh()})
    assert (again.status_code, services.SEALED in again.content.decode()) == (422, True)
    address = reverse("statistics:open", args=[report.pk])
    assert client.post(address, {"form_key": fresh(), "version": report.version}).status_code == 422
    told = {"form_key": fresh(), "version": report.version, "reason": "漏报"}
    assert client.post(address, told).status_code == 302
    assert client.get(address).status_code == 404


def test_what_has_to_be_opened_before_is_said_before_a_reason_is_asked(client, year, top):
    first, lower = sealed(year), sealed(year, "clerks")
    address = reverse("statistics:open", args=[lower.pk])
    asked = client.get(address).text
    assert ("请先启封“示范大学党委”" in asked, 'name="reason"' in asked) == (True, False)
    services.open_again(first, by=Acting(year.orgs.root), version=first.version, reason="漏报")
    asked = client.get(address).text
    assert ("请先启封" in asked, 'name="reason"' in asked) == (False, True)


def test_a_large_organisation_is_counted_in_the_background(client, year, top, monkeypatch):
    monkeypatch.setattr(pages, "AT_ONCE", 3)
    assert page(client, "table", "02", on=END).context["sheet"] is None
    address = f"{reverse('statistics:count')}?{urlencode({'on': END})}"
    assert client.post(address, {"form_key": fresh()}).status_code == 302
    assert run_waiting() == 1
    assert page(client, "table", "02", on=END).context["sheet"].rows[0].cells[0].number == 32
    assert [one.agrees for one in page(client, "checks", on=END).context["findings"]].count(False) == 0
