from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.plan_of_care"
    label = "plan_of_care"
    verbose_name = "Plan of care"
