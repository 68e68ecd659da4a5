"""Two saved queries of the topmost administrator: one to look for people with, one table for everybody below."""

from accounts.models import RoleGrant
from eforefront.demo.cast import Cast
from eforefront.queries.definition import Condition, Group, Query
from eforefront.services import queries

YOUNG = Query(
    where=Group(
        (
            Condition("age", "at_most", ("35",)),
            Group((Condition("ended_on", "empty"),), relation="posts"),
            Group((Condition("title", "empty"), Condition("education", "within", ("1",))), every=False),
        )
    ),
    columns=("name", "gender", "age", "education", "title", "organization", "posts"),
    sort="name",
)
MADE_UP = Query(rows="organization", across="decade")
# fmt: off
SAVED = (
    ("35 岁及以下的班子成员",       "colleagues", YOUNG),
    ("各下级党组织的党员年龄",      "below",      MADE_UP),
)
# fmt: on


def tell(actors: Cast) -> int:
    """Save them; return their number."""
    top = actors.top
    grants = RoleGrant.objects.filter(user__member=top.member, organization=top.organization, system="info")
    by = grants.select_related("user", "organization")[0]
    for name, sharing, query in SAVED:
        queries.save(query, name=name, sharing=sharing, by=by)
    return len(SAVED)
