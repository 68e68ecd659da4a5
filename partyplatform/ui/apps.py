from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "partyplatform.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self):
        from partyplatform import checks  # noqa: F401 (enters itself, for it belongs to no app)

        from . import form_keys  # noqa: F401 (enters its chore)
