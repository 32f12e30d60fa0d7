from django.urls import path

from regain.people import views

app_name = "people"
urlpatterns = [
    path("new", views.register, name="register"),
    path("<uuid:pk>/correct", views.correct, name="correct"),
    path("<uuid:pk>/open", views.break_glass, name="break_glass"),
]
