from django.urls import path

from regain.careers import views

app_name = "careers"
urlpatterns = [
    path("", views.compare, name="compare"),
    path("license", views.path, name="path"),
    path("which", views.questions, name="questions"),
]
