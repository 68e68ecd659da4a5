"""变动记录: which audited acts are changes of an organisation, in the words of org_change_type.csv."""

from orgs.codes import CHANGE_TYPES
from partyplatform.audit.models import Record
from partyplatform.ui.stale import Stale

ACTIONS = {
    "orgs.create": "new",
    "orgs.update": "update",
    "orgs.update_profile": "update",
    "orgs.reparent": "reparent",
    "orgs.dissolve": "dissolve",
    "orgs.restore": "restore",
    "orgs.renew": "renew",
    "orgs.upgrade": "upgrade",
}
OTHERS = {
    "orgs.merge": "合并",
    "orgs.reorder": "排序",
    "orgs.import": "导入",
    "orgs.renewal": "换届事项",
    "orgs.ask_parent_change": "申请上级党组织变更",
    "orgs.refuse_parent_change": "退回上级党组织变更",
    "orgs.withdraw_parent_change": "撤回上级党组织变更",
    "orgs.set_development": "发展党员权限",
    "orgs.attach": "上传附件",
    "orgs.detach": "移除附件",
    "members.appoint": "班子成员任职",
    "members.correct_post": "班子成员更正",
    "members.release": "班子成员离任",
}
LABELS = {action: CHANGE_TYPES.label(code) for action, code in ACTIONS.items()} | OTHERS


def steps_of(renewal):
    """Return what was done in one 换届, the newest first; an organisation has one under way at a time."""
    rows = changes_of(renewal.organization).filter(action="orgs.renewal", at__gte=renewal.created_at)
    later = type(renewal).objects.of(renewal.organization).filter(created_at__gt=renewal.created_at)
    following = later.order_by("created_at").first()
    return rows.filter(at__lt=following.created_at) if following else rows


def changes_of(organization):
    """Return the audit records that make up the organisation's 变动记录, the newest first."""
    return Record.objects.of_organization(organization.pk).filter(action__in=list(LABELS)).order_by("-seq")


def overtaken(organization, fields=()):
    """Return the conflict of a form with what somebody stored meanwhile: both versions, who and when.

    `fields` are [label, typed, stored]; without any the whole form was made from what is no longer true.
    """
    last = changes_of(organization).first()
    who, when = (last.actor_name, last.at) if last else ("", None)
    return Stale(fields or [("党组织信息", "打开页面时的内容", "之后已被修改的内容")], who=who, when=when)
