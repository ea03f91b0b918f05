"""Every address of the installation, room by room."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from mediane.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("sante/", health.page, name="health"),
]
