"""Help, preferences, health and the style guide."""

from django.urls import path

from . import health, metrics, pages

app_name = "ui"
urlpatterns = [
    path("help/faq/", pages.faq, name="faq"),
    path("help/accessibility/", pages.accessibility, name="accessibility"),
    path("help/manual/", pages.manual, name="manual"),
    path("text-size/", pages.text_size, name="text_size"),
    path("stay/", pages.stay, name="stay"),
    path("style-guide/", pages.style_guide, name="style_guide"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("health/metrics", metrics.metrics, name="metrics"),
]
