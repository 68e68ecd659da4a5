"""动态: reported by an organisation, released by one above it. Source: screens.md 3.9."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.powers import Power
from eforefront.models import News
from eforefront.notice_workflow import NEWS_STEPS, Side, Step
from eforefront.services.writing import hold, overtaken, refuse_without_reason
from orgs.models import Organization
from orgs.services.parents import signature
from orgs.services.reach import hold_in_reach
from partyplatform import audit

WRITTEN = ("title", "body")


@transaction.atomic
def write(*, by: audit.ActingRole, **words: Any) -> News:
    """Write a draft of the own organisation."""
    organization = hold_in_reach(by.organization_id or 0, by=by)
    news = News(organization=organization, written_by=signature(by), **words)
    news.save(force_insert=True)
    audit.record(by, "eforefront.write_news", news, organization=organization.pk, changes=[["标题", "", news.title]])
    return news


@transaction.atomic
def rewrite(news: News, *, by: audit.ActingRole, version: int, **words: Any) -> News:
    """Change a draft, or what was returned. Raises `Stale` when somebody was faster."""
    news = hold(news, by=by)
    if news.version != version or not news.can_be_written:
        raise overtaken(news, "修改")
    before = audit.snapshot(news, WRITTEN)
    news.title, news.body, news.version = words["title"], words["body"], news.version + 1
    news.save()
    changes = audit.differences(before, audit.snapshot(news, WRITTEN), audit.labels(News, WRITTEN))
    audit.record(by, "eforefront.write_news", news, organization=news.organization_id, changes=changes)
    return news


@transaction.atomic
def act(news: News, verb: str, *, by: audit.ActingRole, version: int, reason: str = "") -> News:
    """Do `verb` of the table with a report. Raises `Stale`, `OutOfReach`, PermissionDenied, ValidationError."""
    news, step = hold(news, by=by), NEWS_STEPS[verb]
    if news.version != version or news.state not in step.before:
        raise overtaken(news, step.label)
    if not may(news, step, by):
        raise PermissionDenied("该项由上级党组织办理。" if step.side is Side.ABOVE else "该项由报送的党组织办理。")
    refuse_without_reason(step, reason)
    before = news.status.label
    news.state, news.version, news.reason = step.after, news.version + 1, reason
    if step.side is Side.ABOVE:
        news.decided_by, news.decided_at = signature(by), timezone.now()
    if verb == "submit":
        news.submitted_at = timezone.now()
    if verb == "release":
        news.released_in_id = by.organization_id
    news.save()
    audit.record(
        by,
        f"eforefront.{verb}_news",
        news,
        organization=news.organization_id,
        changes=[["状态", before, news.status.label]],
        reason=reason,
    )
    return news


def may(news: News, step: Step, by: Any) -> bool:
    """Whether a step is the role's: its own report, or one of an organisation below.

    At the top of a tree nobody stands above: what it hands in it releases itself.
    """
    own = news.organization_id == by.organization_id
    if step.side is Side.WRITER:
        return own and by.can(Power.PUBLISH_NOTICES)
    if not by.can(Power.RELEASE_NEWS):
        return False
    if step.verb == "take_down" and news.released_in_id is not None:
        return _above(by.organization_id, news.released_in_id, or_itself=True)
    if own:
        return news.organization.parent_id is None
    return _above(by.organization_id, news.organization_id)


def offers(news: News, by: Any) -> list[Step]:
    """Return the steps the role may take with a report as it stands."""
    return [step for step in NEWS_STEPS.values() if news.state in step.before and may(news, step, by)]


def _above(upper: int | None, lower: int, *, or_itself: bool = False) -> bool:
    if upper == lower:
        return or_itself
    return upper is not None and Organization.objects.below(upper).filter(pk=lower).exists()
