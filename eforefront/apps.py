from django.apps import AppConfig


class EforefrontConfig(AppConfig):
    name = "eforefront"
    verbose_name = "党员E先锋"
