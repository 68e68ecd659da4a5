"""An export leaves a trace before its first row is read. Source: security.md 44."""

from django.db import transaction

from orgs.models import Organization
from partyplatform import audit


@transaction.atomic
def note(
    organization: Organization, *, action: str, file_name: str, rows: int, filters: str, by: audit.ActingRole
) -> None:
    """Write down what of an organisation is exported: file, number of rows, filters."""
    changes: list[list[object]] = [["文件", "", file_name], ["行数", "", rows], ["筛选条件", "", filters or "无"]]
    audit.record(by, action, organization, organization=organization.pk, changes=changes)
