"""What members keep of a person with an account: the records that bear the 身份证号, and the lists they stand in."""

from accounts.traces import Kept, keeps
from members.models import Member
from orgs.totals import ancestors
from partyplatform.crypto import Undecipherable


@keeps
def own_records(user):
    try:
        number = user.unsealed_id_number()
    except Undecipherable:
        return Kept()
    found = list(Member.objects.with_id_number(number).only("uid", "organization_id"))
    branches = [member.organization_id for member in found]
    places = {*branches, *(above for line in ancestors(branches).values() for above in line)} if branches else set()
    rows = tuple(("members.member", member.uid) for member in found)
    return Kept(rows=rows, lists=(("members.export", tuple(sorted(places))),) if places else ())
