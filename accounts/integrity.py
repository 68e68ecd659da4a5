"""What must hold of accounts at any moment; `manage.py check_integrity` asks."""

from collections.abc import Iterator

from accounts.marks import is_genuine
from accounts.models import RoleGrant
from partyplatform.integrity import invariant


@invariant("撤销的党组织没有有效授权")
def closed_organizations_have_no_roles() -> Iterator[str]:
    left = RoleGrant.objects.open().filter(organization__dissolved_on__isnull=False).select_related("organization")
    for grant in left.iterator(chunk_size=2000):
        yield f"授权 {grant.pk}：“{grant.organization_name}”已撤销，授权未解除"


@invariant("授权防篡改标记")
def grants_carry_their_marks() -> Iterator[str]:
    """Ended rows included: what was changed in them tells of somebody who writes into the database."""
    rows = RoleGrant.objects.select_related("organization").order_by("pk")
    for grant in rows.iterator(chunk_size=2000):
        if not is_genuine(grant):
            yield f"授权 {grant.pk}：{grant.label}的标记不符，该授权不起作用"
