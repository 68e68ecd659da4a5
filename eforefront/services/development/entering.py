"""考察 and 思想汇报: entered again and again while somebody is brought on. Source: workflows.md 4.2, steps 6 and 21."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from eforefront.development.states import Deed
from eforefront.development.steps import OBSERVED_FROM, OBSERVED_TO
from eforefront.models import Applicant
from eforefront.services.development.stepping import held, refuse_ended, refuse_other_branch, rest, tell, write
from partyplatform import audit

FIELDS = {Deed.OBSERVATION: "observed_on", Deed.REPORT: "reported_on"}


@transaction.atomic
def enter(
    applicant: Applicant,
    deed: Deed,
    *,
    by: audit.ActingRole,
    version: int,
    on: datetime.date,
    text: str,
    verdict: str = "",
) -> Applicant:
    """Write down a 考察 (with its `verdict`) or a 思想汇报; days of the past are taken.

    Raises ValidationError outside the time of 考察, for a day before it began or ahead; PermissionDenied, `Stale`.
    """
    applicant = held(applicant, by=by, version=version)
    refuse_ended(applicant)
    if not is_own(applicant, by) or deed is not Deed.REPORT:
        refuse_other_branch(applicant, by=by)
    since = applicant.activist_on or applicant.joined_on
    if since is None or not OBSERVED_FROM <= applicant.step <= OBSERVED_TO:
        raise ValidationError("确定为入党积极分子后才登记考察和思想汇报")
    if not since <= on <= timezone.localdate():
        raise ValidationError({"on": f"日期应在 {since:%Y-%m-%d} 至今天之间"})
    if not text:
        raise ValidationError({"text": "请填写内容"})
    write(applicant, deed, by=by, on=on, label=deed.label, facts={"text": text, "verdict": verdict})
    latest = getattr(applicant, FIELDS[deed])
    setattr(applicant, FIELDS[deed], max(on, latest) if latest else on)
    applicant.version += 1
    rest(applicant)
    tell(applicant, f"enter_{deed.value}", by=by, changes=[[deed.label, "", f"{on:%Y-%m-%d}"]])
    return applicant


def is_own(applicant: Applicant, by: audit.ActingRole) -> bool:
    """Whether somebody acts for themselves."""
    uids = {str(person.uid) for person in (applicant.user, applicant.member and applicant.member.user) if person}
    return str(by.user_uid) in uids
