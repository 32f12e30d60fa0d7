from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.coverage"
    label = "coverage"
    verbose_name = "Coverage"
