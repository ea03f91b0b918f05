"""Addresses of the trader's portal, under /pro/."""

from django.urls import path

from mediane.mediation.referrals.web.trader import views

app_name = "trader"
CASE = "dossiers/<int:pk>/"
urlpatterns = [
    path("", views.cases, name="cases"),
    path(CASE, views.case, name="case"),
    path(CASE + "entree/", views.entry, name="entry"),
    path(CASE + "message/", views.message, name="message"),
    path(CASE + "position/", views.position, name="position"),
    path(CASE + "demande/<int:request_id>/", views.demand, name="demand"),
    path(CASE + "demander-les-pieces/", views.ask_for_pieces, name="ask_for_pieces"),
    path(CASE + "reponse/", views.answer, name="answer"),
    path(CASE + "accord/", views.confirm, name="confirm"),
    path(CASE + "opposition/", views.objection, name="objection"),
    path(CASE + "execution/", views.execution, name="execution"),
    path(CASE + "retrait/", views.withdrawal, name="withdrawal"),
    path(CASE + "reprise/", views.resumption, name="resumption"),
]
