from importlib import import_module

from django.apps import AppConfig


class SealingConfig(AppConfig):
    name = "partyplatform.sealing"
    label = "sealing"
    verbose_name = "字段加密"

    def ready(self) -> None:
        import_module("partyplatform.sealing.invariants")
