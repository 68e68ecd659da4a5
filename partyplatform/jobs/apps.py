from importlib import import_module

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "partyplatform.jobs"
    label = "jobs"
    verbose_name = "后台任务"

    def ready(self) -> None:
        for module in ("invariants", "menu"):
            import_module(f"partyplatform.jobs.{module}")
