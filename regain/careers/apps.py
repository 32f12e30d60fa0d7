from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.careers"
    label = "careers"
    verbose_name = "Careers"
