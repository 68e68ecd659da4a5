"""The lists of 党籍管理: whom each concerns, its columns, what the present standing of its members says."""

from itertools import islice

from members import finding
from members.models import Member, Standing
from partyplatform.ui.columns import Column

_AT_ONCE = 500
NAME = Column("姓名", "name", width=16, link="get_absolute_url")
PLACE = Column("所在党组织", "organization.short_name", width=36)
ACTIONS = Column("操作", "pk", cell="members/_acts.html", book=False)
PROBATION = (
    *(NAME, Column("性别", "get_gender_display", width=8), Column("入党日期", "joined_on", width=14, kind="date")),
    *(Column("预备期止", "probation_end", width=14, kind="date"), Column("提醒", "due", kind="tag"), PLACE, ACTIONS),
)
SUSPENDED = (
    *(NAME, Column("性别", "get_gender_display", width=8), Column("停止党籍日期", "since", width=14, kind="date")),
    *(Column("原因", "why"), PLACE, ACTIONS),
)
HISTORY = (
    *(NAME, Column("性别", "get_gender_display", width=8), Column("身份证号", "masked_id_number", kind="code")),
    *(Column("手机号码", "shown_phone"), Column("年龄", "age", kind="number")),
    *(Column("民族", "ethnicity_label"), Column("减少方式", "how"), Column("减少时间", "since", kind="date")),
    *(Column("操作人", "who"), PLACE, ACTIONS),
)


def listed_under(role, rows_of, filters):
    """Return the members of one of the lists, as its filters leave them."""
    return getattr(finding.members(role, name=filters.values.get("name", "")), rows_of)().listed()


def with_standing(ids):
    """Return the records of these ids, each with what its present standing says: since when, why, how, by whom."""
    rows = Member.objects.select_related("profile").in_order(ids)
    since = {row.member_id: row for row in Standing.objects.open_of(rows)}
    for row in rows:
        if standing := since.get(row.pk):
            row.since, row.why, row.how, row.who = standing.begins_on, standing.reason, standing.cause, standing.by_name
    return rows


def lines(rows):
    """Return the members of a long list with their standing, a few hundred at a time."""
    for part in batched(rows.values_list("pk", flat=True).iterator(chunk_size=_AT_ONCE), _AT_ONCE):
        yield from with_standing(part)


def batched(source, size):
    source = iter(source)
    while part := list(islice(source, size)):
        yield part
