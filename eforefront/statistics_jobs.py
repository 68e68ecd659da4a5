"""Reports of large organisations are put together, sealed and written in the background, and appear under 后台任务."""

import datetime

from accounts import acting
from eforefront.services import statistics as services
from eforefront.statistics_exports import write
from orgs.models import Organization
from partyplatform.jobs import enqueue, handler

COUNT, SEAL, EXPORT = "eforefront.count_statistics", "eforefront.seal_statistics", "eforefront.export_statistics"
TITLES = {COUNT: "党内统计", SEAL: "党内统计封存", EXPORT: "导出党内统计"}


def start(kind, organization, on, *, by, **params):
    """Enqueue the work on a report."""
    title = f"{TITLES[kind]}：{organization.short_name}，截至 {on:%Y-%m-%d}"
    return enqueue(kind, by=by, title=title, params={"organization": organization.pk, "on": on.isoformat(), **params})


@handler(COUNT)
def count(context):
    role, organization, on = _asked(context)
    done = lambda report: context.complete("已统计全部报表。")  # noqa: E731
    services.put_together(organization, on=on, by=role, told=context.progress, kept=done)


@handler(SEAL)
def seal(context):
    role, organization, on = _asked(context)
    done = lambda report: context.complete("已封存。")  # noqa: E731
    services.seal(organization, on=on, by=role, told=context.progress, kept=done)


@handler(EXPORT)
def export(context):
    role, organization, on = _asked(context)
    name, content = write(organization, on, by=role, number="", ending=context.params["ending"], told=context.progress)
    with context.result(name) as target:
        target.write(content)


def _asked(context):
    """Return the role, and what it asked about while it still reaches that; raises DoesNotExist otherwise."""
    role = acting.load(context.role_id)
    organization = Organization.objects.visible_to(role).get(pk=context.params["organization"])
    return role, organization, datetime.date.fromisoformat(context.params["on"])
