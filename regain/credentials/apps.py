from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.credentials"
    label = "credentials"
    verbose_name = "Credentials"
