from django.urls import path

from regain.scheduling import views

app_name = "scheduling"
urlpatterns = [
    path("", views.day, name="day"),
    path("book/<uuid:pk>", views.find, name="book"),
    path("appointment/<uuid:pk>/move", views.move, name="move"),
    path("appointment/<uuid:pk>/reschedule", views.reschedule, name="reschedule"),
]
