from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.web"
    label = "web"
    verbose_name = "Web"
