from django.apps import AppConfig


class Config(AppConfig):
    name = "regain.fhir"
    label = "fhir"
    verbose_name = "FHIR"
