from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "orgs"
    verbose_name = "党组织"

    def ready(self):
        from accounts.powers import Power
        from orgs import changes, checks, exports, integrity, jobs, reminders  # noqa: F401 (they enter themselves)
        from orgs.auditing import AuditedTree
        from orgs.services import attachments, importing  # noqa: F401 (they own stored files)
        from partyplatform.audit import name_actions
        from partyplatform.audit.reach import answer_with
        from partyplatform.ui.menu import INFO, Item, menu_item
        from partyplatform.ui.todos import counts_todos

        menu_item(INFO, "首页", "orgs:home", power=Power.USE_INFO, order=0)
        menu_item(
            INFO,
            "信息浏览",
            order=1,
            children=(
                Item("党员党组织信息", "orgs:list", Power.VIEW_ORGS),
                Item("上级党组织变更", "orgs:parent_changes", Power.ASK_PARENT_CHANGE),
                Item("换届提醒", "orgs:ending_terms", Power.VIEW_ORGS),
                Item("换届事项", "orgs:renewals", Power.ASK_RENEWAL),
            ),
        )
        menu_item(
            INFO,
            "权限配置",
            order=5,
            children=(
                Item("发展党员权限", "orgs:development_rights", Power.SET_DEVELOPMENT),
                Item("党员权限配置", "members:grants", Power.GRANT_ROLES),
                Item("授权总览", "accounts:grants", Power.VIEW_GRANTS),
                Item("年度权限复核", "accounts:reviews", Power.REVIEW_GRANTS),
            ),
        )
        name_actions(changes.LABELS | exports.ACTIONS)
        counts_todos(reminders.todos)
        answer_with(AuditedTree())
