"""Addresses of the door. `/s/…` is short because it is printed."""

from django.urls import path

from mediane.ground.access.web import views

app_name = "access"
urlpatterns = [
    path("suivi/", views.door, name="door"),
    path("suivi/ouvrir/", views.opening, name="opening"),
    path("suivi/perdu/", views.lost, name="lost"),
    path("suivi/quitter/", views.leave, name="leave"),
    path("s/<str:token>", views.link, name="link"),
]
