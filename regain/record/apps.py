from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.record"
    label = "record"
    verbose_name = "Record"
