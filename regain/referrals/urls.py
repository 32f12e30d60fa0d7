from django.urls import path

from regain.referrals import views

app_name = "referrals"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("new/letter/", views.letter, name="letter"),
    path("new/fhir/", views.fhir, name="fhir"),
    path("new/form/", views.form, name="form"),
    path("<uuid:pk>/", views.referral, name="referral"),
    path("<uuid:pk>/match/", views.match, name="match"),
    path("<uuid:pk>/match/<uuid:patient>/", views.match_known, name="match_known"),
    path("<uuid:pk>/decide/", views.decide, name="decide"),
    path("<uuid:pk>/read/", views.read_again, name="read_again"),
    path("<uuid:pk>/ask/", views.ask, name="ask"),
    path("question/<uuid:pk>/", views.question, name="question"),
    path("<uuid:pk>/episode/", views.begin, name="begin"),
    path("<uuid:pk>/document/", views.document, name="document"),
]
