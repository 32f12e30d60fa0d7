from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.billing"
    label = "billing"
    verbose_name = "Billing"
