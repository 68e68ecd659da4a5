from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "partyplatform.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self):
        from partyplatform import checks, migrating, slow_statements  # noqa: F401 (they belong to no app)

        from . import form_keys  # noqa: F401 (enters its chore)

        migrating.connect()
