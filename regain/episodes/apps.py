from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.episodes"
    label = "episodes"
    verbose_name = "Episodes"
