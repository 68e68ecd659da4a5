"""What can be done with a notice and with a piece of news, as two tables: buttons, services and tests read them."""

from dataclasses import dataclass

from django.db import models


class NoticeState(models.TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"
    DROPPED = "dropped", "已作废"


class Range(models.TextChoices):
    """发布范围."""

    OWN = "own", "本组织"
    BELOW = "below", "本组织及所有下级党组织"
    CHOSEN = "chosen", "指定的党组织（含其下级）"


WAITING = "waiting"  # of a filter: what the reader's own organisation decides about


class NewsState(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    RELEASED = "released", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"
    DROPPED = "dropped", "已作废"


NOTICE_TONES = {NoticeState.PUBLISHED: "green", NoticeState.WITHDRAWN: "amber"}
NEWS_TONES = {NewsState.RELEASED: "green", NewsState.SUBMITTED: "blue", NewsState.RETURNED: "amber"}


class Side(models.TextChoices):
    """Whose act a step is."""

    WRITER = "writer", "起草组织"
    ABOVE = "above", "上级党组织"


@dataclass(frozen=True, slots=True)
class Step:
    """One act: from which states, to which, whose it is, what the reader is told before it."""

    verb: str
    label: str
    before: tuple[str, ...]
    after: str
    side: Side
    told: str
    reason: bool = False
    danger: bool = False


N, W = NoticeState, NewsState
# fmt: off
NOTICE_STEPS = {step.verb: step for step in (
    #    verb        label       from            to           whose         told before
    Step("publish",  "发布",     (N.DRAFT,),     N.PUBLISHED, Side.WRITER,
         "发布后范围内的党员即可看到；正文、附件和范围不能再修改，如有差错只能撤回后重新发布。"),
    Step("remind",   "一键提醒", (N.PUBLISHED,), N.PUBLISHED, Side.WRITER,
         "未读和未回执的党员会在首页看到提醒。每份通知只能提醒一次。"),
    Step("unpin",    "取消置顶", (N.PUBLISHED,), N.PUBLISHED, Side.WRITER, "通知按发布时间排列，不再排在最前。"),
    Step("withdraw", "撤回",     (N.PUBLISHED,), N.WITHDRAWN, Side.WRITER,
         "撤回后正文和附件不再显示，已读过的人可以看到撤回原因。", reason=True, danger=True),
    Step("drop",     "作废",     (N.DRAFT,),     N.DROPPED,   Side.WRITER, "草稿不再出现在列表中。", danger=True),
)}
NEWS_STEPS = {step.verb: step for step in (
    Step("submit",   "报送",     (W.DRAFT, W.RETURNED), W.SUBMITTED, Side.WRITER, "报送后由上级党组织审核发布。"),
    Step("recall",   "收回",     (W.SUBMITTED,), W.DRAFT,     Side.WRITER, "收回后可以继续修改，再次报送。"),
    Step("drop",     "作废",     (W.DRAFT, W.RETURNED), W.DROPPED, Side.WRITER, "草稿不再出现在列表中。", danger=True),
    Step("release",  "发布",     (W.SUBMITTED,), W.RELEASED,  Side.ABOVE,
         "发布后，本组织及所有下级党组织的党员都可以看到。"),
    Step("send_back", "退回",    (W.SUBMITTED,), W.RETURNED,  Side.ABOVE,
         "退回后由报送组织修改。", reason=True, danger=True),
    Step("take_down", "撤下",    (W.RELEASED,),  W.WITHDRAWN, Side.ABOVE,
         "撤下后党员不再看到。", reason=True, danger=True),
)}
# fmt: on

ACTIONS = {
    "eforefront.write_notice": "起草通知",
    "eforefront.write_news": "起草动态",
    "eforefront.attach": "上传通知附件",
    "eforefront.detach": "移除通知附件",
    "eforefront.set_reminder_address": "登记提醒邮箱",
    **{f"eforefront.{step.verb}_notice": f"通知：{step.label}" for step in NOTICE_STEPS.values()},
    **{f"eforefront.{step.verb}_news": f"动态：{step.label}" for step in NEWS_STEPS.values()},
}
