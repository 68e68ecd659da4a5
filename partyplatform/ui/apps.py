from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "partyplatform.ui"
    label = "ui"
    verbose_name = "界面"
