"""党费 at the branch of the cast: last year's publication, a 减免 that was approved and one that waits."""

import datetime

from eforefront.demo.cast import Cast
from eforefront.demo.roles import portal_role
from eforefront.models import DuesStandard
from eforefront.services.dues import reliefs, yearly
from members.models import Member
from orgs.dates import add_months


def tell(cast: Cast, *, today: datetime.date) -> None:
    """Let the branch publish and ask, and the committee above decide."""
    branch = portal_role(next(actor for actor in cast.others if actor.title == "支部管理员"))
    yearly.publish(branch.organization, year=today.year - 1, by=branch, note="如有疑问，请向支部委员会提出。")
    paying = DuesStandard.objects.filter(from_month__lte=today).values("member")
    people = Member.objects.active().filter(organization=branch.organization, user=None, dues_reliefs=None)
    first = add_months(today.replace(day=1), 1)
    words = {"by": branch, "monthly_fen": 0, "from_month": first, "until_month": add_months(first, 5)}
    asked = [
        reliefs.propose(member, reason="家庭遭遇重大变故，生活困难，支部大会讨论同意", **words)
        for member in people.filter(pk__in=paying).order_by("pk")[:2]
    ]
    committee = portal_role(cast.top)
    for relief in asked[:1]:
        if relief.decider_id == committee.organization_id:
            document = f"示大党组〔{today.year}〕26号"
            reliefs.decide(relief, by=committee, version=relief.version, approve=True, document=document)
