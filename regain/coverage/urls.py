from django.urls import path

from regain.coverage import views

app_name = "coverage"
urlpatterns = [
    path("patient/<uuid:pk>/add", views.add, name="add"),
    path("<uuid:pk>/authorize", views.authorize, name="authorize"),
]
