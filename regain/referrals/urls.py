from django.urls import path

from regain.referrals.views import page, receiving

app_name = "referrals"
urlpatterns = [
    path("", receiving.index, name="index"),
    path("new/", receiving.new, name="new"),
    path("new/letter/", receiving.letter, name="letter"),
    path("new/fhir/", receiving.fhir, name="fhir"),
    path("new/form/", receiving.form, name="form"),
    path("<uuid:pk>/", page.referral, name="referral"),
    path("<uuid:pk>/match/", receiving.match, name="match"),
    path("<uuid:pk>/match/<uuid:patient>/", receiving.match_known, name="match_known"),
    path("<uuid:pk>/decide/", page.decide, name="decide"),
    path("<uuid:pk>/read/", page.read_again, name="read_again"),
    path("<uuid:pk>/ask/", page.ask, name="ask"),
    path("question/<uuid:pk>/", page.question, name="question"),
    path("<uuid:pk>/episode/", page.begin, name="begin"),
    path("<uuid:pk>/document/", page.document, name="document"),
]
