from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.organizations"
    label = "organizations"
    verbose_name = "Organizations"
