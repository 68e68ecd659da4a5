"""What the data interface gives of an organisation and of a member: one line a field, read by the answers and by the
OpenAPI document. Fields of persons are of a class; what lists mask is masked here too. Source: security.md 39, 44."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from members.models import Member
from orgs.models import Organization

OPEN, MASKED = "公开", "遮盖"


@dataclass(frozen=True, slots=True)
class ApiField:
    name: str
    label: str
    value: Callable[[Any], Any]
    kind: str = "string"
    is_nullable: bool = False
    field_class: str = OPEN

    def schema(self) -> dict[str, Any]:
        """The field as JSON Schema says it."""
        kind, _, form = self.kind.partition(":")
        told: dict[str, Any] = {"type": [kind, "null"] if self.is_nullable else kind, "description": self.label}
        if form:
            told["format"] = form
        if self.field_class != OPEN:
            told["description"] += "（与页面上的列表一样遮盖）"
        return told


def _day(name: str) -> Callable[[Any], str | None]:
    read = attrgetter(name)
    return lambda row: None if read(row) is None else f"{read(row):%Y-%m-%d}"


def _parent(row: Organization) -> str | None:
    return row.parent.code if row.parent is not None else None


ORGANIZATION = (
    ApiField("code", "党组织编码", attrgetter("code")),
    ApiField("full_name", "党组织全称", attrgetter("full_name")),
    ApiField("short_name", "党组织简称", attrgetter("short_name")),
    ApiField("type", "组织类别（代码）", attrgetter("org_type")),
    ApiField("type_label", "组织类别", lambda row: row.get_org_type_display()),
    ApiField("parent", "上级党组织编码；在读取范围之上时也给出", _parent, is_nullable=True),
    ApiField("founded_on", "批准建立党组织日期", _day("founded_on"), "string:date"),
    ApiField("dissolved_on", "撤销日期", _day("dissolved_on"), "string:date", is_nullable=True),
    ApiField("full_members", "正式党员", attrgetter("full_members"), "integer"),
    ApiField("probationary_members", "预备党员", attrgetter("probationary_members"), "integer"),
)

MEMBER = (
    ApiField("uid", "内部标识，转接后不变", lambda row: str(row.uid), "string:uuid"),
    ApiField("name", "姓名", attrgetter("name")),
    ApiField("id_number", "身份证号", lambda row: row.masked_id_number, field_class=MASKED),
    ApiField("phone", "联系方式", lambda row: row.shown_phone, field_class=MASKED),
    ApiField("gender", "性别", lambda row: row.get_gender_display()),
    ApiField("born_on", "出生日期", _day("born_on"), "string:date", is_nullable=True),
    ApiField("category", "人员类别", attrgetter("category_label")),
    ApiField("status", "党籍状态", lambda row: row.get_status_display()),
    ApiField("organization", "所在党组织编码", attrgetter("organization.code")),
    ApiField("joined_on", "入党日期", _day("joined_on"), "string:date", is_nullable=True),
    ApiField("confirmed_on", "转正日期", _day("confirmed_on"), "string:date", is_nullable=True),
)

CHANGE = (
    ApiField("seq", "序号，只增不减", attrgetter("seq"), "integer"),
    ApiField("at", "时间", lambda row: row.at.isoformat(), "string:date-time"),
    ApiField("kind", "对象：organization 或 member", lambda row: KINDS[row.object_type]),
    ApiField("object", "对象的内部标识", attrgetter("object_id")),
    ApiField("action", "操作", attrgetter("action_label")),
)
KINDS = {Organization._meta.label_lower: "organization", Member._meta.label_lower: "member"}


def told(fields: tuple[ApiField, ...], row: Any) -> dict[str, Any]:
    return {field.name: field.value(row) for field in fields}
