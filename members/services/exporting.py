"""An export leaves a trace before its first row is read. Source: security.md 44."""

from django.db import transaction

from orgs.models import Organization
from partyplatform import audit


@transaction.atomic
def note(organization: Organization, *, file_name: str, rows: int, filters: str, by: audit.ActingRole) -> None:
    """Write down that members of an organisation are exported: file, number of rows, filters."""
    changes = [["文件", "", file_name], ["行数", "", rows], ["筛选条件", "", filters or "无"]]
    audit.record(by, "members.export", organization, organization=organization.pk, changes=changes)
