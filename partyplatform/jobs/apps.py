from importlib import import_module

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "partyplatform.jobs"
    label = "jobs"
    verbose_name = "后台任务"

    def ready(self) -> None:
        for module in ("jobs.invariants", "jobs.menu", "jobs.results", "uploads.invariants"):  # they enter themselves
            import_module(f"partyplatform.{module}")
