"""The requester's addresses, under `/suivi/`. No case is named in them: the session holds one."""

from __future__ import annotations

from django.urls import path

from mediane.mediation.referrals.web.requester import views

app_name = "requester"
urlpatterns = [
    path("dossier/", views.case, name="case"),
    path("dossier/recu/", views.receipt, name="receipt"),
    path("dossier/messages/", views.messages, name="messages"),
    path("dossier/pieces/", views.documents, name="documents"),
    path("dossier/pieces-demandees/", views.pieces, name="pieces"),
    path("dossier/repondre/<int:request_id>/", views.demand, name="demand"),
    path("dossier/proposition/", views.proposal, name="proposal"),
    path("dossier/reponse/", views.answer, name="answer"),
    path("dossier/accord/", views.agreement, name="agreement"),
    path("dossier/opposition/", views.objection, name="objection"),
    path("dossier/execution/", views.execution, name="execution"),
    path("dossier/retrait/", views.withdrawal, name="withdrawal"),
    path("dossier/reprise/", views.resumption, name="resumption"),
    path("dossier/renvoyer/", views.resubmission, name="resubmission"),
    path("dossier/vous-joindre/", views.reach, name="reach"),
]
