import datetime

import pytest
from django.db import models
from django.test.utils import isolate_apps

from partyplatform import audit
from partyplatform.audit.models import Record

MOMENT = datetime.datetime(2026, 11, 20, 1, 2, 3, tzinfo=datetime.UTC)
LABELS = {"level": "级别", "succeeded": "是否成功", "at": "时间", "reason": "原因", "organization_id": "所属"}


def test_a_snapshot_reads_as_a_page_does():
    record = Record(level="alarm", succeeded=False, at=MOMENT, reason="甲\n乙")
    assert audit.snapshot(record, LABELS) == {
        "level": "告警",
        "succeeded": "否",
        "at": "2026-11-20 09:02:03",
        "reason": r"甲\n乙",
        "organization_id": "",
    }


def test_differences_list_changed_fields_in_the_order_of_the_labels():
    before = audit.snapshot(Record(level="info", succeeded=True, at=MOMENT, reason="甲"), LABELS)
    after = audit.snapshot(Record(level="alarm", succeeded=False, at=MOMENT, reason="甲"), LABELS)
    assert audit.differences(before, after, LABELS) == [["级别", "一般", "告警"], ["是否成功", "是", "否"]]


def test_a_new_object_differs_from_nothing():
    after = {"level": "一般", "on": datetime.date(2026, 11, 20), "phone": ""}
    labels = {"level": "级别", "on": "日期", "phone": "电话"}
    assert audit.differences({}, after, labels) == [["级别", "", "一般"], ["日期", "", "2026-11-20"]]


def test_labels_are_the_names_of_the_fields():
    assert audit.labels(Record, ("reason", "at")) == {"reason": "原因", "at": "时间"}


@isolate_apps("partyplatform.audit")
def test_encrypted_fields_are_refused():
    class Person(models.Model):  # noqa: DJ008
        id_number = models.BinaryField(null=True)

        class Meta:
            app_label = "audit"

    with pytest.raises(TypeError, match="id_number is encrypted"):
        audit.snapshot(Person(), ["id_number"])
    with pytest.raises(TypeError, match="ciphertext"):
        audit.differences({}, {"id_number": b"\x01"}, {"id_number": "身份证号"})


def test_actions_have_one_name_each():
    audit.name_actions({"test.named": "试验"})
    audit.name_actions({"test.named": "试验"})
    assert Record(action="test.named").action_label == "试验"
    assert audit.action_label("test.unnamed") == "test.unnamed"
    with pytest.raises(ValueError, match="already called 试验"):
        audit.name_actions({"test.named": "别名"})
