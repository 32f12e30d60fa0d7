from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.scheduling"
    label = "scheduling"
    verbose_name = "Scheduling"
