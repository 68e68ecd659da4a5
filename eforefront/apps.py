from django.apps import AppConfig


class EforefrontConfig(AppConfig):
    name = "eforefront"
    verbose_name = "党员E先锋"

    def ready(self):
        from accounts.powers import Power
        from eforefront import dues_actions, dues_integrity, dues_receivers, dues_reveals, gatherings  # noqa: F401  # they enter themselves
        from eforefront.services.dues import months  # noqa: F401  # its chores
        from partyplatform.audit import name_actions
        from partyplatform.ui.menu import PORTAL, Item, menu_item

        menu_item(PORTAL, "首页", "eforefront:home", power=Power.USE_PORTAL, order=0)
        menu_item(PORTAL, "党员信息", "eforefront:members", power=Power.VIEW_MEMBERS, order=1)
        name_actions(gatherings.action_labels())
        name_actions(dues_actions.ACTIONS)
        menu_item(
            PORTAL,
            "党费收缴",
            order=6,
            children=(
                Item("收缴登记", "eforefront:dues", Power.KEEP_DUES, order=1),
                Item("欠缴名单", "eforefront:dues_arrears", Power.VIEW_DUES, order=4),
                Item("党费统计", "eforefront:dues_sums", Power.VIEW_DUES, order=5),
                Item("我的党费", "eforefront:own_dues", Power.VIEW_OWN_RECORD, order=9),
            ),
        )
