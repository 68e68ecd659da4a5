"""培养联系人 and 入党介绍人: named with their steps, changed between them. Source: workflows.md 4.2, steps 5 and 9."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from eforefront.development.limits import limit
from eforefront.development.standing import under_probation
from eforefront.development.states import Deed, Sponsor
from eforefront.models import Applicant, Sponsorship
from eforefront.services.development.stepping import held, refuse_ended, refuse_other_branch, rest, tell, write
from members.codes import PersonCategory
from members.models import Member
from partyplatform import audit


def name(applicant: Applicant, kind: Sponsor, members: Iterable[Member], *, on: datetime.date) -> list[Member]:
    """Let these and no others go along with the applicant from a day on; runs in the caller's act.

    Raises ValidationError (field `sponsors`) for somebody who is no 正式党员 of the branch or under 留党察看.
    """
    chosen = list({member.pk: member for member in members}.values())
    _refuse_unfit(applicant, kind, chosen)
    present = {row.member_id: row for row in Sponsorship.objects.of(applicant).present().filter(kind=kind)}
    for row in present.values():
        if row.member_id not in {member.pk for member in chosen}:
            row.until = max(on, row.since)
            row.save(update_fields=["until"])
    new = [member for member in chosen if member.pk not in present]
    Sponsorship.objects.bulk_create(
        [Sponsorship(applicant=applicant, member=member, kind=kind, since=on) for member in new]
    )
    return chosen


@transaction.atomic
def replace(
    applicant: Applicant,
    kind: Sponsor,
    members: Iterable[Member],
    *,
    by: audit.ActingRole,
    version: int,
    on: datetime.date,
    reason: str,
) -> Applicant:
    """Let the branch name others between the steps; the number stays what the rules ask. Raises as `name` does."""
    kind = Sponsor(kind)
    applicant = held(applicant, by=by, version=version)
    refuse_ended(applicant)
    refuse_other_branch(applicant, by=by)
    first, last = {Sponsor.MENTOR: ("06", "16"), Sponsor.INTRODUCER: ("10", "24")}[kind]
    if not first <= applicant.step <= last:
        raise ValidationError(f"当前步骤不能更换{kind.label}")
    if not reason:
        raise ValidationError({"reason": "请填写更换原因"})
    if on > timezone.localdate():
        raise ValidationError({"on": "日期不能晚于今天"})
    chosen = name(applicant, kind, members, on=on)
    least, most = {Sponsor.MENTOR: (1, limit("mentors")), Sponsor.INTRODUCER: (2, 2)}[kind]
    if not least <= len(chosen) <= most:
        raise ValidationError({"sponsors": f"{kind.label}应为 {least} 至 {most} 名" if most > least else "应为 2 名"})
    names = "、".join(member.name for member in chosen)
    write(
        applicant, Deed.SPONSORS, by=by, on=on, label=f"更换{kind.label}", facts={"sponsors": names, "reason": reason}
    )
    applicant.version += 1
    rest(applicant)
    tell(applicant, "replace_sponsors", by=by, changes=[[kind.label, "", names]], reason=reason)
    return applicant


def _refuse_unfit(applicant: Applicant, kind: Sponsor, members: list[Member]) -> None:
    barred = under_probation([member.pk for member in members])
    for member in members:
        is_fit = member.category == PersonCategory.FULL and member.status == "1" and member.pk not in barred
        if not is_fit or member.organization_id != applicant.organization_id:
            text = f"{member.name}不是本支部的正式党员，或受留党察看处分，不能担任{kind.label}"
            raise ValidationError({"sponsors": text})
        if member.pk == applicant.member_id:
            raise ValidationError({"sponsors": "不能由本人担任"})
