"""党员查询: who can become administrator of an organisation, found by name or 身份证号.

Source: manual part 3; screens.md 2.9.
"""

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import id_numbers
from members.finding import is_end
from members.models import Member
from members.querysets import MemberQuerySet
from orgs.models import Organization
from partyplatform.crypto import Undecipherable
from partyplatform.sealing.columns import END

SHOWN = 50  # more than these are asked for a better description
OPENED = 500  # numbers that are decrypted to compare their end


def constituency(organization: Organization) -> int:
    """Return the id of the organisation whose subtree an organisation's administrators come from.

    Its own: a branch holds its members itself, a committee and a general branch have them in the branches below.
    Temporary and functional bodies hold nobody, their people are enrolled beside them: there it is the parent.
    """
    if (organization.is_temporary or organization.is_functional) and organization.parent_id is not None:
        return organization.parent_id
    return organization.pk


def whom(organization: Organization) -> str:
    """Return the sentence that says who can be found."""
    if constituency(organization) != organization.pk:
        return "只能查到上级党组织所辖党支部的党员。"
    return "只能查到本党支部的党员。" if organization.is_branch else "只能查到下属党支部的党员。"


def belongs(place_id: int, organization: Organization) -> bool:
    """Say whether somebody enrolled in this branch can administer the organisation."""
    return Organization.objects.within(constituency(organization)).filter(pk=place_id).exists()


def eligible(organization: Organization) -> MemberQuerySet:
    """Return the active members who can administer the organisation."""
    return Member.objects.active().of(constituency(organization), few=True)


def leads_by_duty(organization: Organization) -> bool:
    """Say whether 书记 and 副书记 administer by duty, and 党务工作联系人 are few: in 基层党委, 党总支 and 直属党支部.

    A branch below a general branch has the administrators its 党总支 chooses. Source: manual part 3; workflows.md 1.1.
    """
    return leads_by_duty_under(organization, organization.parent)


def leads_by_duty_under(organization: Organization, parent: Organization | None) -> bool:
    """Say the same of an organisation as if it stood under `parent`."""
    return not organization.is_branch or parent is None or parent.is_committee


def find(organization: Organization, *, name: str, id_number: str) -> list[Member]:
    """Return those among the eligible whose name begins so and whose 身份证号 is this or ends so, by name.

    A whole number and the end of one are looked up by their search keys. Raises ValidationError for what cannot be
    looked for, and when too many are found.
    """
    typed = id_numbers.normalise(id_number)
    if not name and not typed:
        raise ValidationError("请输入姓名或身份证号")
    rows = eligible(organization).named(name) if name else eligible(organization)
    if len(typed) == id_numbers.LENGTH:
        return list(_ordered(_with_number(rows, typed)))
    if typed:
        return _shown(_ending(rows, typed))
    return _shown(list(_ordered(rows)[: SHOWN + 1]))


def _with_number(rows: MemberQuerySet, number: str) -> MemberQuerySet:
    if problem := id_numbers.problem(number, today=timezone.localdate()):
        raise ValidationError(problem)
    return rows.with_id_number(number)


def _ending(rows: MemberQuerySet, end: str) -> list[Member]:
    if not is_end(end):
        raise ValidationError("请输入完整的身份证号，或其末 4 至 6 位")
    opened = list(_ordered(rows.with_number_ending(end[-END:]))[: OPENED + 1])
    if len(opened) > OPENED:
        raise ValidationError("符合条件的党员较多，请输入完整的姓名或身份证号")
    return [member for member in opened if _number(member).endswith(end)]


def _shown(found: list[Member]) -> list[Member]:
    if len(found) > SHOWN:
        raise ValidationError(f"符合条件的党员超过 {SHOWN} 名，请输入更完整的姓名或身份证号")
    return found


def _ordered(rows: MemberQuerySet) -> MemberQuerySet:
    return rows.select_related("organization").order_by("name", "pk")


def _number(member: Member) -> str:
    try:
        return member.unsealed_id_number()
    except Undecipherable:
        return ""
