"""The columns of the sheets of organisations: their labels, how cells are read, what the template says."""

from orgs import codes
from orgs.models import Organization, OrganizationProfile
from orgs.services.importing.order_checking import ORDER_HEADINGS
from orgs.services.importing.rows import HEADINGS, REQUIRED
from partyplatform.excel import SheetColumn, values
from partyplatform.excel.values import Reader


def _longest(name: str) -> int:
    model = Organization if hasattr(Organization, name) else OrganizationProfile
    return model._meta.get_field(name).max_length or 0


def _column(name: str, read: Reader | None = None, *also: str, **looks) -> SheetColumn:
    read = read or values.text(_longest(name))
    return SheetColumn(name, HEADINGS[name], read, also, required=name in REQUIRED, **looks)


def _printed(table) -> tuple[str, ...]:
    return tuple(label for _, label in table.choices)


_TYPE_WORDS = {"党总支": "621", "基层党委": "611", "直属党支部": "631"}  # what people call them
_YES_NO = ("是", "否")

# fmt: off
TREE_COLUMNS = (
    _column("code", values.code, "组织编码", "编码",
            note="新建的党组织留空，由系统编码；已有的党组织填写原编码，12 位，文本格式。", width=16),
    _column("full_name", None, "组织全称", "全称", "党组织名称",
            note="与公章一致，模板：中国共产党<单位><学院/部门><XX>支部委员会。不能与其他党组织重复。",
            sample="中国共产党示范大学信息学院教工第一支部委员会", width=44),
    _column("short_name", None, "组织简称", "简称",
            note="同一上级党组织下不能重复，不能与全称相同。", sample="示大信息学院教工第一党支部", width=32),
    _column("org_type", values.one_of(codes.ORG_TYPES, _TYPE_WORDS), "组织类型", "党组织类别",
            note="填写名称或代码。", sample="党支部(631)", choices=_printed(codes.ORG_TYPES)),
    _column("affiliation", values.one_of(codes.AFFILIATIONS), "隶属关系", "组织隶属关系",
            note="填写名称或代码。", sample="省(区、市)(2)", choices=_printed(codes.AFFILIATIONS), width=18),
    _column("parent", values.text(300), "上级组织名称", "上级党组织名称", "上级党组织编码", "上级组织",
            note="填写上级的编码、全称或简称；有同名时填写编码，或从上到下的名称路径，用“/”分隔。"
                 "上级可以是本表中的另一行，行的先后不限。",
            sample="示范大学党委/信息学院党总支", width=36),
    _column("founded_on", values.day, "批准建立日期", "建立日期", "成立日期",
            note="如 2018-09-18，不能晚于今天。", sample="2018-09-18", width=20),
    _column("unit_relation", values.one_of(codes.UNIT_RELATIONS), "单位关系",
            note="不填时为“与上级党组织在同一法人单位”。", choices=_printed(codes.UNIT_RELATIONS), width=28),
    _column("unit_name", None, "单位名称", "关联单位名称",
            note="只在“关联单位”时需要填写；与上级在同一法人单位的，所在单位随上级。", width=24),
    _column("is_functional", values.yes_no, "是否是功能型党支部", "功能型党支部",
            note="只有党支部可以填“是”，不填为“否”。", choices=_YES_NO),
    _column("is_elderly_majority", values.yes_no, "以老年党员为主的党支部", "是否以老年党员为主",
            note="只有党支部可以填“是”，不填为“否”。", choices=_YES_NO),
    _column("founding_document", None, "批准文号", note="批准建立该党组织的文件编号。", width=20),
    _column("contact_name", None, note="党务工作联系人姓名。", width=12),
    _column("contact_phone", values.phone, "电话", note="例：座机 010-00001111，手机 18088880000。"),
    _column("address", None, "地址", note="介绍信上印制的通讯地址。", width=32),
    _column("postcode", values.postcode, "邮政编码", note="6 位数字，文本格式。", width=10),
    _column("fax", values.phone, "传真号码", note="格式同联系电话。"),
    _column("position", values.position, "顺序号",
            note="只用于新建的党组织之间的先后，小的在前；已有党组织的顺序请用“导入组织排序”。", width=10),
)
ORDER_COLUMNS = (
    SheetColumn("code", ORDER_HEADINGS["code"], values.code, ("党组织编码",), required=True),
    SheetColumn("short_name", ORDER_HEADINGS["short_name"], values.text(_longest("short_name")), ("党组织简称",)),
    SheetColumn("position", ORDER_HEADINGS["position"], values.position, ("顺序号",), required=True),
)
# fmt: on
