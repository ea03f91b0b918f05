"""Addresses of the trader's portal, under /pro/."""

from django.urls import path

from mediane.mediation.referrals.web.trader import views

app_name = "trader"
urlpatterns = [
    path("", views.cases, name="cases"),
    path("dossiers/<int:pk>/", views.case, name="case"),
    path("dossiers/<int:pk>/reponse/", views.answer, name="answer"),
    path("dossiers/<int:pk>/<str:name>/", views.act, name="act"),
]
