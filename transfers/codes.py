"""Code tables of 组织关系转接. Sources and editions: docs/codes.md."""

from pathlib import Path

from django.db import models

from partyplatform.codetable import CodeTable

_DATA = Path(__file__).parent / "data"

TRANSFER_TYPES = CodeTable(_DATA / "transfer_type.csv", style="plain")
TRANSFER_STATES = CodeTable(_DATA / "transfer_state.csv", style="plain")
LETTER_STATES = CodeTable(_DATA / "letter_state.csv", style="plain")


class TransferType(models.TextChoices):
    """转接类型 that the workflow carries; whole branches move by 上级党组织变更. A test compares with the table."""

    INTERNAL = "internal", "内部调动"
    CITY = "city", "市内转接"
    OUT = "out", "转往市外"
    IN = "in", "市外转入"


class TransferState(models.TextChoices):
    """转接状态; nothing is kept of a form that was not sent, so there is no 草稿."""

    SUBMITTED = "submitted", "审批中"
    LETTER = "letter", "已开具介绍信"
    EXPIRED = "expired", "已过期"
    REFUSED = "refused", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"
    DONE = "done", "已办结"


UNFINISHED = (TransferState.SUBMITTED, TransferState.LETTER, TransferState.EXPIRED)


class LetterState(models.TextChoices):
    """介绍信状态. A test compares with the table."""

    VALID = "valid", "有效"
    RECEIPTED = "receipted", "已回执"
    EXPIRED = "expired", "已过期"
    VOIDED = "voided", "已作废"


class Stage(models.TextChoices):
    """What one step of a chain is for."""

    REVIEW_OUT = "review_out", "转出审核"
    COMMON = "common", "共同上级审批"
    APPROVE = "approve", "转出党委审批"
    RECEIVE = "receive", "转入党委接收"
    REVIEW_IN = "review_in", "转入审核"
    TAKE_IN = "take_in", "转入支部接收"
    ADMIT = "admit", "转入党委核收"
    RECEIPT = "receipt", "回执归档"


class Outcome(models.TextChoices):
    """What became of one step."""

    WAITING = "waiting", "未开始"
    OPEN = "open", "办理中"
    PASSED = "passed", "通过"
    RETURNED = "returned", "退回"
    SKIPPED = "skipped", "由上级发起，无需办理"
    UNREACHED = "unreached", "未办理"


class Cause(models.TextChoices):
    """转接原因. Source: screens.md 3.6."""

    STUDY = "study", "升学"
    WORK = "work", "就业"
    POST = "post", "调动"
    RESIDENCE = "residence", "居住地变动"
    GRADUATION = "graduation", "毕业"
    OTHER = "other", "其他"


# ── between platforms ───────────────────────────────────────────────────────────────────────────────────


class MessageKind(models.TextChoices):
    """What a message between two installations is. The values are those of the protocol."""

    TRANSFER = "transfer", "转接"
    RECEIPT = "receipt", "回执"
    REFUSAL = "refusal", "退回"


class Way(models.TextChoices):
    """How a message travels."""

    HTTPS = "https", "网络发送"
    FILE = "file", "文件传递"


class InState(models.TextChoices):
    """What became of a message that came: of a 转接 the first five, of an answer the last two."""

    NEW = "new", "待分派"
    TAKEN = "taken", "办理中"
    DONE = "done", "已接收"
    REFUSED = "refused", "已退回对方"
    REPLACED = "replaced", "已被新介绍信代替"
    APPLIED = "applied", "已登记"
    HELD = "held", "未能登记"


class OutState(models.TextChoices):
    """Where a message on its way out is."""

    WAITING = "waiting", "待发送"
    FILE = "file", "以文件传递"
    DELIVERED = "delivered", "已送达"
    ANSWERED = "answered", "已收到回执"
    RETURNED = "returned", "对方已退回"
    REJECTED = "rejected", "对方平台拒收"
    CANCELLED = "cancelled", "已取消"
    EXPIRED = "expired", "过期未送达"
