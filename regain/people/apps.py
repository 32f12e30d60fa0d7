from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.people"
    label = "people"
    verbose_name = "People"
