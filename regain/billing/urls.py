from django.urls import path

from regain.billing.views import claims

app_name = "billing"
urlpatterns = [
    path("", claims.worklist, name="worklist"),
    path("visit/<uuid:pk>/draft", claims.draft, name="draft"),
    path("claim/<uuid:pk>", claims.claim, name="claim"),
    path("draft", claims.draft_all, name="draft_all"),
    path("fees", claims.fees, name="fees"),
    path("fees/new", claims.add_fee, name="add_fee"),
    path("line/<uuid:pk>/modifiers", claims.modifiers, name="modifiers"),
]
