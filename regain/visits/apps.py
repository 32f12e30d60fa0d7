from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.visits"
    label = "visits"
    verbose_name = "Visits"
