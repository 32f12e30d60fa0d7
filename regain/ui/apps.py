from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.ui"
    label = "ui"
    verbose_name = "Page kit"
