"""What the record of somebody who arrives will say: the letter's data and the items entered since.

The items are those of 党统信息集 that the letter does not tell; what is still asked for follows the rules of
信息完整度 in force. Source: screens.md 2.5, 3.6; workflows.md 3.3.
"""

import datetime
from typing import Any

from members.codes import Gender
from members.items import BY_FIELD
from members.models import Member, RuleVersion
from members.services import records
from transfers.models import Arrival, Transfer
from transfers.models.arrivals import PHONES

ITEMS = tuple(
    BY_FIELD[field]
    for field in ("native_place", "education", "title", "social_class", "job_post", "is_migrant_worker", "address")
)


def values_of(arrival: Arrival) -> dict[str, Any]:
    """Return {field of an Item: value} of everything that is known; sex and birth follow from the number."""
    number = arrival.unsealed_id_number()
    born_on = datetime.datetime.strptime(number[6:14], "%Y%m%d").date()
    values: dict[str, Any] = {"gender": Gender.MALE if int(number[16]) % 2 else Gender.FEMALE, "born_on": born_on}
    values |= {name: getattr(arrival, name) for name in ("ethnicity", "joined_on", "confirmed_on")}
    if phone := PHONES.text(arrival):
        values["phone"] = phone
    return values | arrival.values


def person_of(arrival: Arrival, transfer: Transfer) -> Member:
    """Return the record as it would be entered now; it is never saved."""
    member = Member(name=transfer.name, category=arrival.category)
    member.seal_id_number(arrival.unsealed_id_number())
    records.put(member, values_of(arrival))
    return member


def lacking(arrival: Arrival, transfer: Transfer) -> list[str]:
    """Return the labels of the items the rules in force ask for and nobody has entered yet."""
    return [rule.label for rule in RuleVersion.objects.in_force().missing(person_of(arrival, transfer))]
