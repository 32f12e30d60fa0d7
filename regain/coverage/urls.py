from django.urls import path

from regain.coverage import views

app_name = "coverage"
urlpatterns = [
    path("payers", views.payers, name="payers"),
    path("payers/add", views.add_payer, name="add_payer"),
    path("patient/<uuid:pk>/add", views.add, name="add"),
    path("<uuid:pk>/correct", views.correct, name="correct"),
    path("<uuid:pk>/authorize", views.authorize, name="authorize"),
]
