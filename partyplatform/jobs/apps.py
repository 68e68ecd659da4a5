from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "partyplatform.jobs"
    label = "jobs"
    verbose_name = "后台任务"

    def ready(self) -> None:
        autodiscover_modules("jobs")  # the handlers of every app
        for module in ("invariants", "menu"):
            import_module(f"partyplatform.jobs.{module}")
