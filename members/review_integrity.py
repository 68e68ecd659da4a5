"""What must be true of what somebody decides; `manage.py check_integrity` proves it."""

from collections.abc import Iterator

from django.db.models import Count, Q

from members.admissions import AdmissionState
from members.models import Admission, Twin
from members.models.checks import TwinState
from members.review_querysets import ENROLLED
from partyplatform.integrity import invariant

_CHUNK = 5000
_ADMITTED = Q(state=AdmissionState.ADMITTED)


@invariant("补录申请")
def admissions_have_their_member() -> Iterator[str]:
    """Whoever was admitted has a record in the roll, and nobody waits in two applications."""
    lost = Admission.objects.filter(_ADMITTED & Q(member=None) | ~_ADMITTED & ~Q(member=None))
    for admission in lost.order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"补录申请 {admission.uid}：状态为{admission.get_state_display()}，与党员档案不符"
    waiting = Admission.objects.waiting().exclude(id_number_index="")
    twice = waiting.order_by().values("id_number_index").annotate(times=Count("pk")).filter(times__gt=1)
    for admission in waiting.filter(id_number_index__in=twice.values("id_number_index")).order_by("pk"):
        yield f"补录申请 {admission.uid}：同一身份证号有多件申请在审核"


@invariant("合并的重复记录")
def merged_records_are_history() -> Iterator[str]:
    """No record that was merged into another is enrolled."""
    rows = Twin.objects.filter(state=TwinState.MERGED, gone__status__in=ENROLLED).select_related("gone")
    for twin in rows.order_by("pk").iterator(chunk_size=_CHUNK):
        yield f"党员 {twin.gone.uid}：已并入另一条记录，却仍在册"
