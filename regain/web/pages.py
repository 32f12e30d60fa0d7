"""The addresses of web's own pages."""

from django.urls import path

from regain.web.views import clinic, discharge, good_faith, interview, money, self_check, therapies
from regain.web.views import pages as views

app_name = "web"
urlpatterns = [
    path("", views.front, name="front"),
    path("therapies/", therapies.side_by_side, name="therapies"),
    path("terapias/", therapies.side_by_side, {"language": "es"}, name="therapies_es"),
    path("find-out/", self_check.check, name="self_check"),
    path("find-out/send", self_check.send, name="self_check_send"),
    path("find-out/sent", self_check.sent, name="self_check_sent"),
    path("referrals/new/questions/", interview.interview, name="interview"),
    path("referrals/new/questions/keep", interview.keep, name="interview_keep"),
    path("referrers", views.referrers, name="referrers"),
    path("today", views.today, name="today"),
    path("patients/", views.patient_list, name="patients"),
    path("patients/<uuid:pk>", views.patient, name="patient"),
    path("episode/<uuid:pk>/", views.episode, name="episode"),
    path("episode/<uuid:pk>/plan", views.plan, name="plan"),
    path("episode/<uuid:pk>/visits", views.visits, name="visits"),
    path("episode/<uuid:pk>/outcomes", views.outcomes, name="outcomes"),
    path("episode/<uuid:pk>/home", views.home_programme, name="home_programme"),
    path("episode/<uuid:pk>/cost", views.cost, name="cost"),
    path("episode/<uuid:pk>/talk", views.talk, name="talk"),
    path("episode/<uuid:pk>/discharge", discharge.summary, name="discharge"),
    path("episode/<uuid:pk>/discharge.pdf", discharge.pdf, name="discharge_pdf"),
    path("episode/<uuid:pk>/discharge/start", discharge.start, name="discharge_start"),
    path("discharge/<uuid:pk>/write", discharge.write, name="discharge_write"),
    path("discharge/<uuid:pk>/sign", discharge.sign, name="discharge_sign"),
    path("episode/<uuid:pk>/estimate", money.estimate, name="estimate"),
    path("estimate/<uuid:pk>", money.estimate_kept, name="estimate_kept"),
    path("estimate/<uuid:pk>/good-faith", good_faith.good_faith, name="good_faith"),
    path("clinic/edit", clinic.edit_clinic, name="edit_clinic"),
    path("clinic/sites/new", clinic.add_site, name="add_site"),
    path("clinic/sites/<uuid:pk>", clinic.edit_site, name="edit_site"),
    path("clinic/members/new", clinic.add_member, name="add_member"),
    path("clinic/members/<uuid:pk>", clinic.edit_member, name="edit_member"),
    path("clinic/recommendations", clinic.recommendations, name="recommendations"),
    path("clinic/audit", clinic.who_saw_what, name="audit"),
    path("plans-due/", views.plans_due, name="plans_due"),
    path("me/", views.me, name="me"),
    path("me/<uuid:pk>/", views.me, name="me_of"),
    path("me/<uuid:pk>/plan", views.my_plan, name="my_plan"),
    path("me/done/<uuid:item>", views.did_it, name="did_it"),
]
