"""A body's home page, made of what several rooms know of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from mediane.mediation.schemes.web import public as schemes


def body(request: Any, slug: str) -> HttpResponse:
    """Who, how, what not."""
    return schemes.body(request, slug=slug)
