from django.urls import path

from regain.credentials import views

app_name = "credentials"
urlpatterns = [path("", views.team, name="team"), path("<uuid:pk>/license", views.add_license, name="add_license")]
