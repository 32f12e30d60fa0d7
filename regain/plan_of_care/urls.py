from django.urls import path

from regain.plan_of_care.views import certifying, goals, home, sections

app_name = "plan_of_care"
urlpatterns = [
    path("<uuid:pk>/goal", goals.add_goal, name="add_goal"),
    path("<uuid:pk>/goal/<uuid:goal>", goals.change_goal, name="change_goal"),
    path("<uuid:pk>/goal/<uuid:goal>/end", goals.end_goal, name="end_goal"),
    path("<uuid:pk>/goal/<uuid:goal>/rate", goals.rate, name="rate"),
    path("<uuid:pk>/section/<str:discipline>", sections.edit_section, name="edit_section"),
    path("section/<uuid:pk>/sign", sections.sign_section, name="sign_section"),
    path("<uuid:pk>/send", certifying.send, name="send"),
    path("certify/<str:token>", certifying.certify, name="certify"),
    path("link/<uuid:pk>/withdraw", certifying.withdraw, name="withdraw"),
    path("section/<uuid:pk>/verbal", certifying.verbal, name="verbal"),
    path("<uuid:pk>/home", home.add_home_item, name="add_home_item"),
    path("home/<uuid:pk>", home.change_home_item, name="change_home_item"),
    path("home/<uuid:pk>/end", home.end_home_item, name="end_home_item"),
    path("equipment/<uuid:pk>", home.change_equipment, name="change_equipment"),
    path("<uuid:pk>/equipment", home.add_equipment, name="add_equipment"),
]
