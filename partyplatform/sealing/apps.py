from importlib import import_module

from django.apps import AppConfig

ACTIONS = {
    "keys.new": "新建密钥",
    "keys.rotate": "更换密钥",
    "keys.retire": "停用密钥",
}


class SealingConfig(AppConfig):
    name = "partyplatform.sealing"
    label = "sealing"
    verbose_name = "字段加密"

    def ready(self) -> None:
        from partyplatform.audit import name_actions

        for module in ("invariants", "startup"):  # they enter themselves
            import_module(f"partyplatform.sealing.{module}")
        name_actions(ACTIONS)
