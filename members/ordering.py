"""What a list of members can be sorted by: the name in the address, the words, the column of the record."""

from members.finding import Order

# fmt: off
ORDERS = (
    #  name in `sort`   column            up                  down
    ("name",          "name_pinyin",   "姓名拼音",          "姓名拼音（倒序）"),
    ("strokes",       "name_strokes",  "姓名笔画",          "姓名笔画（倒序）"),
    ("completeness",  "percent",       "完整度从低到高",    "完整度从高到低"),
    ("born_on",       "born_on",       "出生日期从早到晚",  "出生日期从晚到早"),
    ("age",           "-born_on",      "年龄从小到大",      "年龄从大到小"),
    ("joined_on",     "joined_on",     "入党日期从早到晚",  "入党日期从晚到早"),
)
# fmt: on
COLUMNS = {name: column for name, column, _, _ in ORDERS}
CHOICES = (("", "按组织机构"), *(pair for name, _, up, down in ORDERS for pair in ((name, up), (f"-{name}", down))))


def order_of(asked: str, *, among: int) -> Order:
    """Return the order an address asks for; that of the tree for a word that means none."""
    column = COLUMNS.get(asked.removeprefix("-"))
    if column is None:
        return Order(among=among)
    return Order(column.removeprefix("-"), asked.startswith("-") != column.startswith("-"), among)
