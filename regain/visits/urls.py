from django.urls import path

from regain.visits import views

app_name = "visits"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("episodes/<uuid:pk>/", views.episode, name="episode"),
    path("episodes/<uuid:pk>/begin/", views.start, name="start"),
    path("<uuid:pk>/", views.note, name="note"),
    path("<uuid:pk>/units/", views.units, name="units"),
    path("<uuid:pk>/measure/", views.choose, name="choose"),
    path("<uuid:pk>/measure/<slug:key>/", views.measure, name="measure"),
    path("<uuid:pk>/section/", views.section, name="section"),
    path("<uuid:pk>/amend/", views.amend, name="amend"),
    path("<uuid:pk>/cosign/", views.cosign, name="cosign"),
]
