from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.referrals"
    label = "referrals"
    verbose_name = "Referrals"
