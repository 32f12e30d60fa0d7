from django.urls import path

from regain.organizations import views

app_name = "organizations"
urlpatterns = [path("", views.clinic, name="clinic")]
