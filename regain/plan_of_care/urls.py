from django.urls import path

from regain.plan_of_care import views

app_name = "plan_of_care"
urlpatterns = [
    path("<uuid:pk>/goal", views.add_goal, name="add_goal"),
    path("<uuid:pk>/goal/<uuid:goal>/rate", views.rate, name="rate"),
    path("<uuid:pk>/section/<str:discipline>", views.edit_section, name="edit_section"),
    path("section/<uuid:pk>/sign", views.sign_section, name="sign_section"),
    path("<uuid:pk>/send", views.send, name="send"),
    path("certify/<str:token>", views.certify, name="certify"),
    path("<uuid:pk>/home", views.add_home_item, name="add_home_item"),
    path("<uuid:pk>/equipment", views.add_equipment, name="add_equipment"),
]
