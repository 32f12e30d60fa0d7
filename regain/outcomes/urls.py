from django.urls import path

from regain.outcomes import views

app_name = "outcomes"
urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("mine/<uuid:pk>/<slug:measure>/", views.ask, name="ask"),
    path("clinic/", views.clinic, name="clinic"),
    path("episodes/<uuid:pk>/", views.episode, name="episode"),
    path("episodes/<uuid:pk>/take/", views.choose, name="choose"),
    path("episodes/<uuid:pk>/take/<slug:measure>/", views.record, name="record"),
    path("episodes/<uuid:pk>/motion/<str:joint>/", views.motion, name="motion"),
    path("episodes/<uuid:pk>/body/", views.body, name="body"),
    path("scores/<uuid:pk>/correct/", views.correct, name="correct"),
]
