"""What a role may do with a gathering now: the rows of the table that fit, with the page each leads to."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from eforefront.gatherings import OPENS_BEFORE, Actor, Step, open_steps
from eforefront.models import Gathering
from orgs.reach import at_root

DANGEROUS = ("cancel", "send_back", "withdraw")
PRIMARY = ("publish", "submit", "review")
RECORDS = {"meeting": "填写记录", "group_meeting": "填写记录", "activity": "填写总结"}
PAGES = {"change": "change", "mark": "attendance", "submit": "record"}  # the others share one page


@dataclass(frozen=True, slots=True)
class Offer:
    """One button: `why` says why it cannot be used yet."""

    step: Step
    url: str
    label: str
    why: str = ""

    @property
    def kind(self) -> str:
        if self.step.verb in DANGEROUS:
            return "danger"
        return "primary" if self.step.verb in PRIMARY else ""


def offers(gathering: Gathering, role: Any, now: datetime.datetime, *, noun: str, leads: bool = False) -> list[Offer]:
    """Return what the role may do; `noun` is the first word of the page names: "meeting", "activity".

    `leads` says that the acting person keeps it as the leader of its group.
    """
    if leads:
        steps = [step for step in open_steps(gathering, now) if step.actor is Actor.KEEPER]
        return _offered(gathering, steps, now, noun)
    own = gathering.organization_id == role.organization_id
    may_be = {Actor.KEEPER: own, Actor.REVIEWER: not own or at_root(role), Actor.MEMBER: False}
    steps = [step for step in open_steps(gathering, now) if may_be[step.actor] and role.can(step.needs)]
    return _offered(gathering, steps, now, noun)


def _offered(gathering: Gathering, steps: list[Step], now: datetime.datetime, noun: str) -> list[Offer]:
    verbs = {step.verb for step in steps}
    return [_offer(gathering, step, now, noun) for step in steps if step.verb != "mark" or "submit" not in verbs]


def _offer(gathering: Gathering, step: Step, now: datetime.datetime, noun: str) -> Offer:
    page = PAGES.get(step.verb)
    url = reverse(f"eforefront:{noun}_{page}" if page else f"eforefront:{noun}_act", args=_arguments(gathering, step))
    is_early = step.verb == "mark" and now < gathering.begins_at - OPENS_BEFORE
    label = RECORDS[noun] if step.verb == "submit" else step.label
    return Offer(step, url, label, "开始前 1 小时起可以登记出席" if is_early else "")


def _arguments(gathering: Gathering, step: Step) -> list[Any]:
    return [gathering.pk] if step.verb in PAGES else [gathering.pk, step.verb]
