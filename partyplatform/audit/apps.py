from importlib import import_module

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "partyplatform.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        for module in ("heads", "invariants", "menu"):  # they enter themselves
            import_module(f"partyplatform.audit.{module}")
