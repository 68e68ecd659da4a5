from django.apps import AppConfig


class EforefrontConfig(AppConfig):
    name = "eforefront"
    verbose_name = "党员E先锋"

    def ready(self):
        from accounts.powers import Power
        from eforefront import gatherings
        from eforefront import dues_integrity, dues_receivers  # noqa: F401  # they enter themselves
        from eforefront.services.dues import months  # noqa: F401  # its chores
        from partyplatform.audit import name_actions
        from partyplatform.ui.menu import PORTAL, menu_item

        menu_item(PORTAL, "首页", "eforefront:home", power=Power.USE_PORTAL, order=0)
        menu_item(PORTAL, "党员信息", "eforefront:members", power=Power.VIEW_MEMBERS, order=1)
        name_actions(gatherings.action_labels())
        name_actions(
            {
                "eforefront.set_dues_standard": "核定党费标准",
                "eforefront.confirm_dues": "年度确认党费标准",
                "eforefront.register_dues": "登记党费",
                "eforefront.correct_dues": "更正党费（冲正）",
                "eforefront.ask_dues_relief": "提出党费减免",
                "eforefront.approve_dues_relief": "批准党费减免",
                "eforefront.refuse_dues_relief": "不批准党费减免",
                "eforefront.withdraw_dues_relief": "撤回党费减免",
                "eforefront.end_dues_relief": "提前终止党费减免",
            }
        )
