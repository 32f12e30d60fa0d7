from django.urls import path

from regain.credentials import views

app_name = "credentials"
urlpatterns = [
    path("", views.team, name="team"),
    path("new", views.add_person, name="add_person"),
    path("<uuid:pk>/license", views.add_license, name="add_license"),
    path("<uuid:pk>/license/<uuid:license>/withdraw", views.withdraw, name="withdraw"),
    path("<uuid:pk>/privilege", views.add_privilege, name="add_privilege"),
    path("<uuid:pk>/supervision", views.add_supervision, name="add_supervision"),
    path("supervision/<uuid:pk>/end", views.end_supervision, name="end_supervision"),
    path("<uuid:pk>/education", views.add_education, name="add_education"),
]
