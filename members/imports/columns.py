"""The columns of 《新增人员信息表》, made from the table of items: how cells are read, what the template says."""

from collections.abc import Mapping
from functools import partial

from django.utils import timezone

from accounts import id_numbers
from members import code_search, codes
from members.codes import MembershipStatus, PersonCategory
from members.items import BY_FIELD, ITEMS, Item, Kind
from members.services.importing.rows import ADD_KIND, BRANCH, ENTERED_BY_SHEET, HEADINGS, NUMBER, REQUIRED, Row
from partyplatform.codetable import CodeTable
from partyplatform.excel import Cell, SheetColumn, values
from partyplatform.excel.values import Reader, Unfit
from partyplatform.ui.texts import cleaned

OLD_LENGTH = 15
YES_NO = ("是", "否")
LONGEST = {"name": 50, "address": 200}
ALSO = {
    BRANCH: ("组织编码", "所在党支部编码", "党支部编码"),
    NUMBER: ("证件号码", "身份证号", "身份证号码", "身份证"),
    "born_on": ("出生年月日",),
    "education": ("学历",),
    "joined_on": ("加入党组织日期", "加入党组织时间", "入党时间"),
    "confirmed_on": ("转为正式党员日期", "转正时间"),
    "job_post": ("工作岗位名称",),
    "phone": ("联系电话", "手机号码", "手机", "电话"),
    "is_migrant_worker": ("是否农民工",),
    "title": ("技术职称",),
    "social_class": ("新社会阶层类型", "新社会阶层"),
    "is_lost": ("是否失联", "是否失联党员"),
    "is_floating": ("是否流动", "是否流动党员"),
}
SAMPLES = {
    BRANCH: "000000000001",
    "name": "李思远",
    "gender": "男",
    "ethnicity": "汉族 01",
    "born_on": "1990-01-01",
    NUMBER: "990000199001010017",
    "education": "大学 21",
    "joined_on": "2026-05-20",
    "phone": "18088880000",
    "address": "示范市学院路1号院8号楼101室",
    "category": "预备党员",
    "status": "正常",
    "is_lost": "否",
    "is_floating": "否",
    ADD_KIND: "发展党员",
}
NOTES = {
    BRANCH: "人员所在党支部的编码，12 位，文本格式；应在管理范围之内。",
    NUMBER: "18 位，文本格式，末位 x 大小写均可；港澳台居民填写居住证号码。按此号码识别是否已在册。",
    "category": "正式党员或预备党员；已在册党员的人员类别不能用导入修改。",
    "confirmed_on": "正式党员必填，为预备期满的日期；预备党员不填。",
    "status": "新增的填“正常”或留空；已在册党员的党籍状态不能用导入修改。",
    "is_lost": "留空为“否”。",
    "is_floating": "留空为“否”。",
    "native_place": "填写祖居地，不是出生地，到县（区）一级。",
    "title": "没有职称的填“无”。计入信息完整度。",
    "social_class": "不属于新社会阶层的填“无-”。计入信息完整度。",
    ADD_KIND: "新增的必填；已在册的不读取。",
}
_CATEGORIES = {word: kind.value for kind in PersonCategory for word in (kind.label, kind.value)} | {
    "中共党员": PersonCategory.FULL.value,
    "中共预备党员": PersonCategory.PROBATIONARY.value,
}
_ADD_KIND = values.one_of(codes.ADD_KINDS)
OFFERED_KINDS = tuple(codes.ADD_KINDS.label(code) for code in ENTERED_BY_SHEET)
_WIDE = {NUMBER: 22, BRANCH: 16, "address": 36, "native_place": 28, "job_post": 28, "phone": 16}


def number(cell: Cell) -> str:
    """Read a 公民身份证号; those of 15 digits are no longer issued. Source: screens.md 4.1."""
    written = id_numbers.normalise(cell.text)
    problem = id_numbers.problem(written, today=timezone.localdate())
    if problem and len(written) == OLD_LENGTH and written.isdigit():
        problem += "，15 位的旧号码请换成 18 位号码填写"
    if problem:
        raise Unfit(problem)
    return written


def searched(cell: Cell, *, table: CodeTable) -> str:
    """Read a code of a long table: its name, its code or both."""
    try:
        return code_search.resolve(table, cell.text)
    except code_search.Unclear as unclear:
        raise Unfit(str(unclear)) from None


def name(cell: Cell) -> str:
    """Read a name as it is written: what is wrong with it the record's rules say."""
    written = cleaned(cell.text)
    if len(written) > LONGEST["name"]:
        raise Unfit(f"不能超过 {LONGEST['name']} 个字，现为 {len(written)} 个字")
    return written


def add_kind(cell: Cell) -> str:
    """Read 增加方式; an unknown word is told what a sheet can bring in, not the acts of other procedures."""
    try:
        return str(_ADD_KIND(cell))
    except Unfit:
        raise Unfit(f"应为：{'、'.join(OFFERED_KINDS)}") from None


def category(cell: Cell) -> str:
    """Read 人员类别; the stages before the membership are no members."""
    found = _CATEGORIES.get(cleaned(cell.text))
    if found is None:
        raise Unfit("人员类别应为正式党员或预备党员")
    return found


def _reader(item: Item) -> Reader:
    match item.kind:
        case Kind.DATE:
            return values.day
        case Kind.MONTH:
            return values.month
        case Kind.YES_NO:
            return values.yes_no
        case Kind.CODE | Kind.REGION if item.table in code_search.TABLES.values():
            return partial(searched, table=item.table)
        case Kind.CODE:
            return values.one_of(item.table)
    return _BY_NAME[item.field]


_BY_NAME = {
    "name": name,
    NUMBER: number,
    "category": category,
    "status": values.one_of(codes.MEMBERSHIP_STATUSES),
    "phone": values.phone,
    "address": values.text(LONGEST["address"]),
}


def _choices(item: Item) -> tuple[str, ...]:
    if item.kind is Kind.YES_NO:
        return YES_NO
    if item.table in code_search.TABLES.values():
        return tuple(code_search.label(item.table, code) for code, _ in item.table.choices)
    if item.field == "category":
        return tuple(PersonCategory.labels)
    if item.field == "status":
        return (MembershipStatus.NORMAL.label, MembershipStatus.SUSPENDED.label)
    return tuple(label for _, label in item.table.choices) if item.table is not None else ()


def _of_item(item: Item) -> SheetColumn:
    return _column(item.field, _reader(item), choices=_choices(item), note=NOTES.get(item.field, item.hint))


def _column(field: str, read: Reader, *, choices: tuple[str, ...] = (), note: str = "") -> SheetColumn:
    return SheetColumn(
        field,
        HEADINGS[field],
        read,
        ALSO.get(field, ()),
        note=note or NOTES.get(field, ""),
        sample=SAMPLES.get(field, ""),
        choices=choices,
        width=_WIDE.get(field, 14),
        required=field in REQUIRED,
    )


COLUMNS = (
    _column(BRANCH, values.code),
    *(_of_item(item) for item in ITEMS),
    _column(
        ADD_KIND,
        add_kind,
        choices=OFFERED_KINDS,
    ),
)
BY_NAME = {column.name: column for column in COLUMNS}
DATES = frozenset(name for name, item in BY_FIELD.items() if item.kind is Kind.DATE)


def read_typed(row: Row, typed: Mapping[str, str]) -> None:
    """Put what was typed in a page into the cells of a row, read as a sheet is read; empty text empties the cell."""
    row.type_anew(typed, BY_NAME)
