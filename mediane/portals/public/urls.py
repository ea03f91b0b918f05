"""The public's addresses: the bodies, each body's pages, its form, the certificates. Views stand in the rooms they speak of."""

from __future__ import annotations

from django.urls import path

from mediane.mediation.referrals.web.public_form import certificate
from mediane.mediation.referrals.web.public_form import views as form
from mediane.mediation.schemes.web import public as schemes
from mediane.portals.public import views

app_name = "public"
urlpatterns = [
    path("", schemes.bodies, name="home"),
    path("attestation/", certificate.verify, name="certificate"),
    path("b/<slug:slug>/", schemes.body, name="body"),
    path("b/<slug:slug>/chiffres/", views.figures, name="figures"),
    path("b/<slug:slug>/charte/", schemes.charter, name="charter"),
    path("b/<slug:slug>/donnees/", schemes.data, name="data"),
    path("b/<slug:slug>/accessibilite/", schemes.accessibility, name="accessibility"),
    path("b/<slug:slug>/aide/", schemes.assistance, name="assistance"),
    path("b/<slug:slug>/courrier/", schemes.by_post, name="by_post"),
    path("b/<slug:slug>/saisir/", form.start, name="form"),
    path("b/<slug:slug>/saisir/plus-tard/", form.later, name="form_later"),
    path("b/<slug:slug>/saisir/effacer/", form.give_up, name="form_give_up"),
    path("b/<slug:slug>/saisir/pieces/<slug:kind>/", form.piece, name="form_piece"),
    path("b/<slug:slug>/saisir/<slug:step>/", form.step, name="form_step"),
]
