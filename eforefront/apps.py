from django.apps import AppConfig


class EforefrontConfig(AppConfig):
    name = "eforefront"
    verbose_name = "党员E先锋"

    def ready(self):
        from accounts.powers import Power
        from eforefront import gatherings
        from partyplatform.audit import name_actions
        from partyplatform.ui.menu import PORTAL, menu_item

        menu_item(PORTAL, "首页", "eforefront:home", power=Power.USE_PORTAL, order=0)
        menu_item(PORTAL, "党员信息", "eforefront:members", power=Power.VIEW_MEMBERS, order=1)
        name_actions(gatherings.action_labels())
