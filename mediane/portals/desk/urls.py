"""Addresses of the desk: the portal wires the rooms' pages under /bureau/."""

from django.urls import path

from mediane.mediation.referrals.web.desk import acts, admissibility, entry, grounds, lists, proposal, retention, views
from mediane.mediation.schemes.web import settings
from mediane.mediation.traders.web import desk as traders

app_name = "desk"
urlpatterns = [
    path("", lists.worklist, name="work"),
    path("attribuer/", lists.assign, name="assign"),
    path("dossiers/", lists.referrals, name="referrals"),
    path("recherche/", lists.referrals, name="search"),
    path("dossiers/nouveau/", entry.enter, name="enter"),
    path("dossiers/<int:pk>/", views.case, name="case"),
    path("dossiers/<int:pk>/recevabilite/", admissibility.desk, name="admissibility"),
    path("dossiers/<int:pk>/proposition/", proposal.editor, name="proposal"),
    path("dossiers/<int:pk>/ecrire/", views.write, name="write"),
    path("dossiers/<int:pk>/presence/", views.presence, name="presence"),
    path("dossiers/<int:pk>/retard/", views.explain_lateness, name="lateness"),
    path("dossiers/<int:pk>/reprendre/", views.take_over, name="take_over"),
    path("dossiers/<int:pk>/vu-par/<str:party>/", views.as_party, name="as_party"),
    path("dossiers/<int:pk>/synthese/", views.summary, name="summary"),
    path("dossiers/<int:pk>/journal/", views.journal, name="journal"),
    path("conservation/", retention.retention_page, name="retention"),
    path("professionnels/", traders.traders, name="traders"),
    path("professionnels/nouveau/", traders.add, name="trader_add"),
    path("professionnels/<int:pk>/", traders.trader, name="trader"),
    path("reglages/", settings.settings, name="settings"),
    path("reglages/regles/", settings.rules, name="rules"),
    path("reglages/regles/<str:key>/", settings.rule, name="rule"),
    path("reglages/motifs/", grounds.details, name="ground_details"),
    path("reglages/motifs/<int:pk>/fin/", grounds.end, name="ground_detail_end"),
    path("dossiers/<int:pk>/acte/<str:name>/", acts.move, name="move"),
]
