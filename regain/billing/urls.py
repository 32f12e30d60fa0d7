from django.urls import path

from regain.billing import views

app_name = "billing"
urlpatterns = [
    path("", views.worklist, name="worklist"),
    path("visit/<uuid:pk>/draft", views.draft, name="draft"),
    path("claim/<uuid:pk>", views.claim, name="claim"),
    path("draft", views.draft_all, name="draft_all"),
    path("fees", views.fees, name="fees"),
    path("fees/new", views.add_fee, name="add_fee"),
    path("line/<uuid:pk>/modifiers", views.modifiers, name="modifiers"),
]
