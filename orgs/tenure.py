"""任期年限: how many years a term lasts by default. Source: data/tenure.csv, workflows.md 6."""

from functools import cache
from pathlib import Path

from django.conf import settings

from orgs.codes import BRANCHES, COMMITTEES
from partyplatform.codetable import Rules

TENURES = Rules(Path(__file__).parent / "data" / "tenure.csv")


@cache
def _years() -> dict[str, int]:
    return {row["org_kind"]: int(row["years"]) for row in TENURES.rows}


def default_years(organization) -> int:
    """Return the years of a term of this organisation; `TENURE_OF_UNIVERSITIES` chooses the university's rows."""
    if organization.org_type in BRANCHES:
        return _years()["党支部（高校）" if settings.TENURE_OF_UNIVERSITIES else "党支部（其他）"]
    if settings.TENURE_OF_UNIVERSITIES:
        committee = "高校党委" if organization.parent_id is None else "高校院（系）级单位党组织（党委、党总支、党支部）"
        return _years()[committee]
    return _years()["基层党委（其他）" if organization.org_type in COMMITTEES else "党总支（其他）"]
