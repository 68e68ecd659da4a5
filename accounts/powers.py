"""What a role may do, as one table: pages, templates, menus and docs/permissions.md all read it.

*Where* a role may do it is the other half: `Organization.objects.visible_to(role)` and `managed_by(role)`.
"""

from dataclasses import dataclass
from enum import StrEnum

from accounts.codes import RoleKind, System


class Power(StrEnum):
    USE_INFO = "use_info"
    USE_PORTAL = "use_portal"
    VIEW_ORGS = "view_orgs"
    VIEW_CHANGES = "view_changes"
    EXPORT_ORGS = "export_orgs"
    CREATE_ORG = "create_org"
    EDIT_ORG = "edit_org"
    EDIT_PROFILE = "edit_profile"
    ORDER_ORGS = "order_orgs"
    IMPORT_ORGS = "import_orgs"
    DISSOLVE_ORG = "dissolve_org"
    RESTORE_ORG = "restore_org"
    MERGE_ORGS = "merge_orgs"
    UPGRADE_ORG = "upgrade_org"
    ASK_PARENT_CHANGE = "ask_parent_change"
    DECIDE_PARENT_CHANGE = "decide_parent_change"
    EDIT_TERMS = "edit_terms"
    EDIT_POSTS = "edit_posts"
    ASK_RENEWAL = "ask_renewal"
    DECIDE_RENEWAL = "decide_renewal"
    SET_DEVELOPMENT = "set_development"
    VIEW_GRANTS = "view_grants"
    REVIEW_GRANTS = "review_grants"
    SET_DUTIES = "set_duties"
    GRANT_ROLES = "grant_roles"
    MANAGE_ACCOUNTS = "manage_accounts"
    VIEW_MEMBERS = "view_members"
    EDIT_MEMBER = "edit_member"
    EXPORT_MEMBERS_FULL = "export_members_full"
    DECIDE_EXPORTS = "decide_exports"
    KEEP_MEMBERSHIP = "keep_membership"
    DECIDE_MEMBERSHIP = "decide_membership"
    SET_COMPLETENESS = "set_completeness"
    IMPORT_MEMBERS = "import_members"
    ASK_ADMISSION = "ask_admission"
    DECIDE_ADMISSION = "decide_admission"
    KEEP_MOBILITY = "keep_mobility"
    DECIDE_MOBILITY = "decide_mobility"
    FILE_MOBILITY = "file_mobility"
    MERGE_MEMBERS = "merge_members"
    MANAGE_CERTIFICATES = "manage_certificates"
    MANAGE_API_TOKENS = "manage_api_tokens"
    VIEW_OWN_RECORD = "view_own_record"
    VIEW_ALARMS = "view_alarms"
    HANDLE_ALARMS = "handle_alarms"
    VIEW_AUDIT = "view_audit"
    EXPORT_AUDIT = "export_audit"
    REVEAL_FIELDS = "reveal_fields"
    VIEW_TRANSFERS = "view_transfers"
    HANDLE_TRANSFERS = "handle_transfers"
    VIEW_GATHERINGS = "view_gatherings"
    KEEP_GATHERINGS = "keep_gatherings"
    REVIEW_GATHERINGS = "review_gatherings"
    VIEW_DEVELOPMENT = "view_development"
    KEEP_DEVELOPMENT = "keep_development"
    DECIDE_DEVELOPMENT = "decide_development"
    OWN_DEVELOPMENT = "own_development"
    LEAD_GROUP = "lead_group"
    VIEW_DUES = "view_dues"
    KEEP_DUES = "keep_dues"
    DECIDE_DUES = "decide_dues"
    RESET_PASSWORDS = "reset_passwords"
    KEEP_REGISTRATIONS = "keep_registrations"
    KEEP_SCORES = "keep_scores"
    PUBLISH_NOTICES = "publish_notices"
    RELEASE_NEWS = "release_news"
    EXCHANGE_TRANSFERS = "exchange_transfers"
    QUERY = "query"
    QUERY_AFFAIRS = "query_affairs"
    VIEW_STATISTICS = "view_statistics"
    KEEP_STATISTICS = "keep_statistics"
    OPEN_STATISTICS = "open_statistics"


@dataclass(frozen=True, slots=True)
class Rule:
    """One power: what it is called, in which systems it counts, who holds it there, where that is laid down."""

    power: Power
    label: str
    systems: frozenset[System]
    kinds: frozenset[RoleKind]
    source: str


P = Power
INFO, PORTAL, BOTH = frozenset({System.INFO}), frozenset({System.PORTAL}), frozenset(System)
COMMITTEE = frozenset({RoleKind.CITY})
UPPER = COMMITTEE | {RoleKind.DISTRICT}  # those with organisations below their own
BRANCH = frozenset({RoleKind.BRANCH})
ADMINS = UPPER | BRANCH
EVERYBODY = ADMINS | {RoleKind.MEMBER}
PERSONS = frozenset({RoleKind.MEMBER, RoleKind.APPLICANT})
AUDITORS = frozenset({RoleKind.AUDITOR})  # they see what was done, and no member's data beyond it
ENTERING, WATCHING = ADMINS | AUDITORS, UPPER | AUDITORS

# Data of a branch are changed by the level above it, so a branch administrator looks and asks.
# fmt: off
TABLE = (
    #    power                   label                          systems  who         source
    Rule(P.USE_INFO,             "进入党内信息管理系统",        INFO,    ENTERING,   "手册 第一部分 二"),
    Rule(P.USE_PORTAL,           "进入党员E先锋",               PORTAL,  EVERYBODY,  "手册 第一部分 三"),
    Rule(P.VIEW_ORGS,            "查看本组织及下级党组织",      BOTH,    ADMINS,     "workflows.md 1.4"),
    Rule(P.VIEW_CHANGES,         "查看变动记录",                BOTH,    ADMINS,     "screens.md 2.3"),
    Rule(P.EXPORT_ORGS,          "导出Excel、导出组织排序",     INFO,    ADMINS,     "screens.md 2.2"),
    Rule(P.CREATE_ORG,           "新建党组织",                  INFO,    UPPER,      "workflows.md 2.2"),
    Rule(P.EDIT_ORG,             "更新党组织信息",              INFO,    UPPER,      "workflows.md 2.3"),
    Rule(P.EDIT_PROFILE,         "维护扩展信息集",              INFO,    UPPER,      "workflows.md 2.3"),
    Rule(P.ORDER_ORGS,           "组织机构排序",                INFO,    UPPER,      "screens.md 2.2"),
    Rule(P.IMPORT_ORGS,          "导入党组织、导入组织排序",    INFO,    UPPER,      "screens.md 2.2"),
    Rule(P.DISSOLVE_ORG,         "撤销党组织",                  INFO,    UPPER,      "workflows.md 2.4"),
    Rule(P.RESTORE_ORG,          "恢复党组织",                  INFO,    UPPER,      "workflows.md 2.4"),
    Rule(P.MERGE_ORGS,           "合并党支部",                  INFO,    UPPER,      "workflows.md 2.3"),
    Rule(P.UPGRADE_ORG,          "党支部升格",                  INFO,    COMMITTEE,  "workflows.md 2.3"),
    Rule(P.ASK_PARENT_CHANGE,    "申请上级党组织变更",          INFO,    UPPER,      "workflows.md 2.3"),
    Rule(P.DECIDE_PARENT_CHANGE, "审批上级党组织变更",          INFO,    COMMITTEE,  "workflows.md 2.3"),
    Rule(P.EDIT_TERMS,           "维护届次信息",                INFO,    UPPER,      "workflows.md 1.1"),
    Rule(P.EDIT_POSTS,           "维护班子成员信息",            INFO,    UPPER,      "workflows.md 1.1"),
    Rule(P.ASK_RENEWAL,          "换届请示、申请延期或提前",    INFO,    ADMINS,     "workflows.md 6"),
    Rule(P.DECIDE_RENEWAL,       "批复换届",                    INFO,    UPPER,      "workflows.md 6"),
    Rule(P.SET_DEVELOPMENT,      "设置发展党员权限",            INFO,    UPPER,      "screens.md 2.9"),
    Rule(P.VIEW_GRANTS,          "查看授权总览",                INFO,    ADMINS,     "workflows.md 1.1"),
    Rule(P.REVIEW_GRANTS,        "年度权限复核",                INFO,    UPPER,      "issue 3"),
    Rule(P.SET_DUTIES,           "设置职务",                    PORTAL,  UPPER,      "workflows.md 1.3"),
    Rule(P.GRANT_ROLES,          "党员权限配置",                INFO,    UPPER,      "workflows.md 1.2"),
    Rule(P.MANAGE_ACCOUNTS,      "账号管理、启用码、重置密码",  INFO,    ADMINS,     "workflows.md 1.2"),
    Rule(P.VIEW_MEMBERS,         "查看本组织及下级党员",        BOTH,    ADMINS,     "workflows.md 1.1"),
    Rule(P.EDIT_MEMBER,          "维护党员信息",                INFO,    ADMINS,     "workflows.md 1.1"),
    Rule(P.EXPORT_MEMBERS_FULL,  "全项导出党员信息",            INFO,    ADMINS,     "security.md 44"),
    Rule(P.DECIDE_EXPORTS,       "审批超过 500 人的全项导出",   INFO,    UPPER,      "security.md 44"),
    Rule(P.KEEP_MEMBERSHIP,      "停止和恢复党籍、登记死亡",    INFO,    ADMINS,     "workflows.md 5.1"),
    Rule(P.DECIDE_MEMBERSHIP,    "转正、取消资格、出党、误录删除等", INFO, UPPER,      "workflows.md 4.3、5.1"),
    Rule(P.SET_COMPLETENESS,     "变更完整度规则（仅最上级）",  INFO,    COMMITTEE,  "workflows.md 10"),
    Rule(P.IMPORT_MEMBERS,       "新增党员（汇总表导入）",      INFO,    COMMITTEE,  "workflows.md 9"),
    Rule(P.ASK_ADMISSION,        "补录申请",                    INFO,    ADMINS,     "workflows.md 9"),
    Rule(P.DECIDE_ADMISSION,     "审核补录申请",                INFO,    UPPER,      "workflows.md 9"),
    Rule(P.KEEP_MOBILITY,        "登记流动、失联、出国、暂留",  INFO,    ADMINS,     "workflows.md 5.2–5.5"),
    Rule(P.DECIDE_MOBILITY,      "审核出国（境）、延期和恢复",  INFO,    UPPER,      "workflows.md 3.4、5.4"),
    Rule(P.FILE_MOBILITY,        "出国（境）备案",              INFO,    COMMITTEE,  "workflows.md 5.4"),
    Rule(P.MERGE_MEMBERS,        "合并重复党员",                INFO,    UPPER,      "issue 4"),
    Rule(P.MANAGE_CERTIFICATES,  "登记和吊销下级的数字证书",    INFO,    COMMITTEE,  "手册 第二部分 二"),
    Rule(P.MANAGE_API_TOKENS,    "发放和停用接口凭证",          INFO,    COMMITTEE,  "issue 9"),
    Rule(P.VIEW_OWN_RECORD,      "查看本人信息",                PORTAL,  EVERYBODY,  "screens.md 1.3"),
    Rule(P.VIEW_ALARMS,          "查看下级党组织的告警",        INFO,    WATCHING,   "security.md 68"),
    Rule(P.HANDLE_ALARMS,        "处置告警",                    INFO,    UPPER,      "security.md 68"),
    Rule(P.VIEW_AUDIT,           "查看审计记录",                INFO,    WATCHING,   "security.md 37"),
    Rule(P.EXPORT_AUDIT,         "导出审计记录",                INFO,    WATCHING,   "security.md 37"),
    Rule(P.REVEAL_FIELDS,        "显示遮盖的完整信息",          BOTH,    ADMINS,     "security.md 40"),
    Rule(P.VIEW_TRANSFERS,       "查看组织关系转接",            PORTAL,  ADMINS,     "screens.md 3.6"),
    Rule(P.HANDLE_TRANSFERS,     "发起和办理组织关系转接",      PORTAL,  ADMINS,     "workflows.md 1.1、3"),
    Rule(P.VIEW_GATHERINGS,      "查看组织生活和支部活动",      PORTAL,  ADMINS,     "screens.md 3.3、3.4"),
    Rule(P.KEEP_GATHERINGS,      "发起和记录组织生活、活动",    PORTAL,  ADMINS,     "workflows.md 7.2"),
    Rule(P.REVIEW_GATHERINGS,    "审阅下级组织生活、活动记录",  PORTAL,  UPPER,      "workflows.md 7.2"),
    Rule(P.VIEW_DEVELOPMENT,     "查看党员发展",                PORTAL,  ADMINS,     "screens.md 3.5"),
    Rule(P.KEEP_DEVELOPMENT,     "登记和办理支部的发展步骤",    PORTAL,  BRANCH,     "workflows.md 1.1、4.2"),
    Rule(P.DECIDE_DEVELOPMENT,   "审议、备案、预审、审批发展",  PORTAL,  UPPER,      "workflows.md 4.2、4.4"),
    Rule(P.OWN_DEVELOPMENT,      "本人的发展进度、申请和汇报",  PORTAL,  PERSONS,    "screens.md 3.5"),
    Rule(P.LEAD_GROUP,           "发起和记录本人任组长的党小组会", PORTAL, EVERYBODY, "workflows.md 7.2"),
    Rule(P.VIEW_DUES,            "查看党费收缴",                PORTAL,  ADMINS,     "screens.md 3.7"),
    Rule(P.KEEP_DUES,            "核定党费标准、登记党费",      PORTAL,  BRANCH,     "workflows.md 1.1、8"),
    Rule(P.DECIDE_DUES,          "审批党费减免、登记留存比例",  PORTAL,  COMMITTEE,  "workflows.md 8.1"),
    Rule(P.RESET_PASSWORDS,      "密码重置",                    PORTAL,  ADMINS,     "screens.md 3.2"),
    Rule(P.KEEP_REGISTRATIONS,   "登记社区报到、确认服务",      PORTAL,  ADMINS,     "screens.md 3.8"),
    Rule(P.KEEP_SCORES,          "登记和更正分数",              PORTAL,  ADMINS,     "screens.md 3.10"),
    Rule(P.PUBLISH_NOTICES,      "发布通知、报送动态",          PORTAL,  ADMINS,     "screens.md 3.9"),
    Rule(P.RELEASE_NEWS,         "审核发布下级报送的动态",      PORTAL,  UPPER,      "screens.md 3.9"),
    Rule(P.EXCHANGE_TRANSFERS,   "与其他平台交换转接",          PORTAL,  COMMITTEE,  "issue 5"),
    Rule(P.QUERY,                "组合查询、随机统计",          INFO,    ADMINS,     "screens.md 2.8"),
    Rule(P.QUERY_AFFAIRS,        "查询转接、党费、组织生活",    INFO,    ADMINS,     "screens.md 2.8"),
    Rule(P.VIEW_STATISTICS,      "查看、导出党内统计",          INFO,    ADMINS,     "screens.md 2.12"),
    Rule(P.KEEP_STATISTICS,      "党内统计的统计和封存",        INFO,    ADMINS,     "statistics.md 5"),
    Rule(P.OPEN_STATISTICS,      "启封下级的党内统计",          INFO,    UPPER,      "statistics.md 5"),
)
# fmt: on

POWERS: dict[tuple[RoleKind, System], frozenset[Power]] = {
    (kind, system): frozenset(rule.power for rule in TABLE if kind in rule.kinds and system in rule.systems)
    for kind in RoleKind
    for system in System
}

OF_A_BRANCH = frozenset(rule.power for rule in TABLE if rule.kinds == {RoleKind.BRANCH})


def holds(kind: str, system: str, power: str) -> bool:
    """Say whether a role of this kind holds `power` in this system; ValueError for a power that does not exist."""
    return Power(power) in POWERS[RoleKind(kind), System(system)]
