import datetime
from types import SimpleNamespace

import pytest

from accounts.tests.factories import id_number
from members import record_checks
from members.items import ITEMS

TODAY = datetime.date(2026, 11, 20)
NUMBER = id_number(4, born="20020418")  # digit 17 is even: a woman


def record(**fields):
    """A record without a fault."""
    values = {item.field: None if item.table is None else "" for item in ITEMS}
    values |= {"name": "李思远", "category": "1", "status": "1", "is_lost": False, "is_floating": False}
    return SimpleNamespace(**values | fields)


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize("name", ("李思远", "欧阳·娜", "王𠮷", "阿卜杜热合曼·买买提依明"))
def test_names_as_people_bear_them(name):
    assert record_checks.name_fault(name) == ""


@pytest.mark.parametrize(
    ("name", "fault"),
    (
        ("", "请填写姓名"),
        ("李思远2", "姓名中不能有数字"),
        ("李 远", "姓名中间不能有空格"),
        ("李\u200b远", "姓名中有不能识别的字符"),
    ),
)
def test_names_that_nobody_bears(name, fault):
    assert record_checks.name_fault(name) == fault


@pytest.mark.parametrize(
    ("fields", "faults"),
    (
        ({}, {}),
        ({"gender": "2"}, {}),
        ({"gender": "1"}, {"gender": "性别与身份证号不一致，按身份证号应为女"}),
        ({"gender": "9"}, {"gender": "性别请从列表中选择"}),
        ({"education": "12"}, {}),
        ({"education": "1"}, {"education": "最高学历请选择到最末一级"}),
        ({"education": "77"}, {"education": "最高学历请从列表中选择"}),
        ({"native_place": "110101"}, {}),
        ({"native_place": "130521"}, {}),  # withdrawn since, stays valid
        ({"native_place": "130100"}, {"native_place": "籍贯请选择到县（区）一级"}),
        ({"born_on": day("2026-11-21")}, {"born_on": "出生日期不能晚于今天"}),
        (
            {"born_on": day("2002-04-18"), "joined_on": day("2020-04-17")},
            {"joined_on": "入党时应年满 18 周岁，请核对出生日期和入党日期"},
        ),
        ({"born_on": day("2002-04-18"), "joined_on": day("2020-04-18")}, {}),
        ({"joined_on": day("2026-11-21")}, {"joined_on": "入党日期不能晚于今天"}),
        ({"joined_on": day("2024-02-29"), "confirmed_on": day("2025-02-28")}, {}),
        (
            {"joined_on": day("2024-12-09"), "confirmed_on": day("2025-12-08")},
            {"confirmed_on": "转正日期不能早于预备期满（2025-12-09）"},
        ),
        ({"joined_on": day("1970-07-01"), "confirmed_on": day("1970-07-01")}, {}),
        (
            {"joined_on": day("1970-07-01"), "confirmed_on": day("1970-06-30")},
            {"confirmed_on": "转正日期不能早于入党日期"},
        ),
        (
            {"category": "2", "confirmed_on": day("2025-12-09")},
            {"confirmed_on": "预备党员没有转正日期，转正请在“党籍管理”中办理"},
        ),
        ({"lost_since": day("2026-12-01")}, {"lost_since": "失去联系日期不能晚于今天"}),
    ),
)
def test_what_the_rules_refuse(fields, faults):
    assert record_checks.faults(record(**fields), today=TODAY, id_number=NUMBER) == faults


@pytest.mark.parametrize(
    ("fields", "doubts"),
    (
        ({"born_on": day("2002-04-18")}, []),
        ({"born_on": day("2001-04-18")}, ["出生日期与身份证号中的日期不一致，请核对档案"]),
        (
            {"joined_on": day("2020-01-01"), "confirmed_on": day("2022-01-02")},
            ["转正日期晚于入党日期 2 年以上，请核对是否有延长预备期或推迟讨论"],
        ),
        (
            {"joined_on": day("1970-07-01"), "confirmed_on": day("1970-07-01")},
            ["转正日期距入党日期不足 1 年，请核对档案"],
        ),
    ),
)
def test_what_is_told_and_kept(fields, doubts):
    assert record_checks.doubts(record(**fields), id_number=NUMBER) == doubts


def test_what_does_not_concern_the_record_is_emptied():
    kept = record(
        job_post="0311", is_migrant_worker=True, is_lost=True, lost_since=TODAY, is_floating=True, floating_to="1"
    )
    record_checks.settle(kept)
    assert (kept.is_migrant_worker, kept.lost_since, kept.floating_to) == (True, TODAY, "1")
    emptied = record(job_post="0212", is_migrant_worker=True, lost_since=TODAY, floating_to="110101")
    record_checks.settle(emptied)
    assert (emptied.is_migrant_worker, emptied.lost_since, emptied.floating_to) == (None, None, "")
