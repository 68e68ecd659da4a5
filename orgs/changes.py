"""变动记录: which audited acts are changes of an organisation, in the words of org_change_type.csv."""

from collections.abc import Mapping, Sequence

from orgs.codes import CHANGE_TYPES
from orgs.models import Organization
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
# The acts that give an organisation its next version.
VERSIONED = frozenset(ACTIONS) - {"orgs.create", "orgs.renew"} | {"orgs.merge", "orgs.set_development"}
MOST_SAVES = 20
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


def overtaken_act(organizations: Sequence[Organization], versions: Mapping[int, int]) -> Stale:
    """Return the conflict of an act on organisations with what was stored since the reader saw these `versions`.

    Names the organisation, what it was on the page and what it is now; who and when of the last change of all.
    """
    fields, latest = [], []
    for organization in organizations:
        saves = min(max(organization.version - versions.get(organization.pk, 0), 1), MOST_SAVES)
        records = list(changes_of(organization).filter(action__in=VERSIONED)[:saves])
        before, after = {}, {}
        for record in reversed(records):
            for label, old, new in record.changes or ():
                before.setdefault(label, old)
                after[label] = new
        fields += [
            (f"{organization.short_name}：{label}", f"打开页面时：{old or '-'}", after[label])
            for label, old in before.items()
        ]
        latest += records[:1]
    last = max(latest, key=lambda record: record.seq, default=None)
    unknown = [(organization.short_name, "打开页面时的内容", "之后已被修改的内容") for organization in organizations]
    who, when = (last.actor_name, last.at) if last else ("", None)
    return Stale(fields or unknown, who=who, when=when)
