from django.urls import path

from regain.episodes import views

app_name = "episodes"
urlpatterns = [path("<uuid:pk>/diagnosis", views.add_diagnosis, name="add_diagnosis")]
