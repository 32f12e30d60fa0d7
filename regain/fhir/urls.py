from django.urls import path

from regain.fhir import views

app_name = "fhir"
urlpatterns = [
    path("metadata", views.metadata, name="metadata"),
    path("<str:kind>", views.search, name="search"),
    path("<str:kind>/<uuid:pk>", views.read, name="read"),
]
