"""What must hold of accounts at any moment; `manage.py check_integrity` asks."""

from collections.abc import Iterator

from accounts import id_numbers
from accounts.marks import is_genuine
from accounts.models import RoleGrant, User
from accounts.querysets import ID_NUMBER
from partyplatform.crypto import Undecipherable, blind_indexes
from partyplatform.integrity import invariant


@invariant("身份证号密文与检索键一致")
def id_numbers_open_and_match() -> Iterator[str]:
    for user in User.objects.order_by("pk").iterator(chunk_size=2000):
        try:
            number = user.unsealed_id_number()
        except Undecipherable:
            yield f"账号 {user.uid}：身份证号无法解密"
            continue
        if user.id_number_index not in blind_indexes(number, column=ID_NUMBER):
            yield f"账号 {user.uid}：检索键与身份证号不一致"
        elif id_numbers.normalise(number) != number:
            yield f"账号 {user.uid}：身份证号不是规范写法"


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
