from django.urls import path

from regain.people import views

app_name = "people"
urlpatterns = [
    path("new", views.register, name="register"),
    path("<uuid:pk>/correct", views.correct, name="correct"),
    path("<uuid:pk>/name", views.add_name, name="add_name"),
    path("<uuid:pk>/caregiver", views.add_caregiver, name="add_caregiver"),
    path("<uuid:pk>/open", views.break_glass, name="break_glass"),
]
