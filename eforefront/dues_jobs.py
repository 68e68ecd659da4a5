"""Large sheets of payments are entered in the background, and appear under 后台任务."""

from typing import Any

from django.core.exceptions import ValidationError

from accounts import acting
from accounts.powers import Power
from eforefront.models import PaymentSheet
from eforefront.services.dues import sheets
from partyplatform.jobs import enqueue, handler, job_of
from partyplatform.jobs.models import Job
from partyplatform.ui.stale import OutOfReach, Stale

KIND = "eforefront.import_dues"
AT_ONCE = 300  # rows a reader waits for
CHANGED = "检查之后有变化，没有导入。已重新检查，请核对后再确认。"


def start(sheet: PaymentSheet, *, by: Any) -> Job:
    """Enqueue the entering of a sheet; a job that works on it already is returned as it is."""
    if job := job_of(sheet, by=by):
        return job
    params = {"sheet": str(sheet.uid), "page": sheet.get_absolute_url()}
    job = enqueue(KIND, by=by, title=f"导入缴费表：{sheet.file_name}", params=params)
    PaymentSheet.objects.visible_to(by).filter(pk=sheet.pk).update(job_uid=job.uid)
    return job


@handler(KIND)
def import_dues(context: Any) -> None:
    """Enter every row or none; a run that died left nothing, or everything."""
    role = acting.load(context.role_id)
    if not role.can(Power.KEEP_DUES):
        raise ValidationError("当前角色已没有登记党费的权限，没有导入。")
    sheet = PaymentSheet.objects.visible_to(role).get(uid=context.params["sheet"])
    context.progress(0, len(sheet.rows), "正在登记")
    told = entered(sheet, by=role)
    context.complete(told or "已全部导入。")


def entered(sheet: PaymentSheet, *, by: Any) -> str:
    """Enter a sheet; return why not, where something changed since it was checked: then it is checked anew."""
    try:
        sheets.confirm(sheet, by=by)
    except (Stale, OutOfReach):
        sheets.recheck(sheet, by=by)
        return CHANGED
    except ValidationError as refusal:
        sheets.recheck(sheet, by=by)
        return "；".join(refusal.messages)
    return ""
