"""What must be true of what 党内统计 stands on; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from eforefront.models import StatisticalReport
from eforefront.statistics.definitions import BadDefinition, edition
from members.models import PastRecord
from orgs.models import OrganizationPast
from partyplatform.integrity import invariant


@invariant("以往信息")
def pasts_follow_each_other() -> Iterator[str]:
    """No day has two states of one record, nor of one organisation."""
    for model, owner, noun in ((PastRecord, "member", "党员"), (OrganizationPast, "organization", "党组织")):
        earlier = model._base_manager.filter(**{owner: OuterRef(owner), "pk__lt": OuterRef("pk")})
        twice = model._base_manager.filter(Exists(earlier.filter(ends_on__gt=OuterRef("begins_on"))))
        for pk, owner_id in twice.order_by("pk").values_list("pk", f"{owner}_id").iterator():
            yield f"{noun} {owner_id}：以往信息 {pk} 与之前的重叠"


@invariant("封存的党内统计")
def sealed_reports_balance() -> Iterator[str]:
    """A sealed report holds every table of its edition, in its shape, and 应有数 is 实有数."""
    for report in StatisticalReport.objects.sealed().order_by("pk").iterator(chunk_size=20):
        try:
            tables = edition(report.edition).tables
        except BadDefinition:
            yield f"报告 {report.pk}：没有版本 {report.edition} 的报表定义"
            continue
        for table in tables:
            figures = report.figures.get(table.number, [])
            if [len(line) for line in figures] != [len(table.columns)] * len(table.rows):
                yield f"报告 {report.pk}：表{int(table.number)} 的数据与报表定义不符"
            elif (row := table.row("difference")) is not None and any(figures[table.rows.index(row)]):
                yield f"报告 {report.pk}：应有数与实有数不符"
