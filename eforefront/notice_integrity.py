"""What must be true of 通知动态; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from eforefront.models import Notice, NoticeRead, NoticeTarget
from eforefront.notice_workflow import NoticeState, Range
from partyplatform.integrity import invariant

_CHUNK = 2000


@invariant("通知：范围与所指党组织一致")
def notices_are_for_somebody() -> Iterator[str]:
    """本组织 and 所有下级 name the own organisation and no other; 指定 names one at least."""
    rows = Notice.objects.annotate(places=Count("targets")).filter(places=0).order_by("pk")
    for pk in rows.values_list("pk", flat=True).iterator(chunk_size=_CHUNK):
        yield f"通知 {pk}：没有发布范围"
    fixed = NoticeTarget.objects.exclude(notice__range=Range.CHOSEN)
    alone = Q(notice__range=Range.OWN, with_below=False) | Q(notice__range=Range.BELOW, with_below=True)
    wrong = fixed.exclude(alone & Q(organization=F("notice__organization"))) | NoticeTarget.objects.filter(
        notice__range=Range.CHOSEN, with_below=False
    )
    for target in wrong.order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"通知 {target.notice_id}：发布范围与党组织 {target.organization_id} 不一致"


@invariant("通知：未发布的没有人读过，不需回执的没有回执")
def reads_are_of_published_notices() -> Iterator[str]:
    early = NoticeRead.objects.exclude(notice__state__in=[NoticeState.PUBLISHED, NoticeState.WITHDRAWN])
    for read in early.order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"通知 {read.notice_id}：尚未发布，却有阅读记录 {read.pk}"
    told = NoticeRead.objects.filter(notice__needs_receipt=False, receipted_at__isnull=False)
    for read in told.order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"通知 {read.notice_id}：不需要回执，却有回执 {read.pk}"
