from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.outcomes"
    label = "outcomes"
    verbose_name = "Outcomes"
