"""Versions of the API, under /api/."""

from django.urls import path

from mediane.api.assembly import api

urlpatterns = [path("v1/", api.urls)]
