"""The pages of what went wrong. In the root URLconf: ``handler400 = "mediane.ground.ui.errors.bad_request"`` and so on.

Unknown and forbidden are one answer: status 404 and the same body, which says nothing of the address or of the person.
"""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template import loader

from mediane.kernel.moments import utc_now


def _page(template: str, status: int, **facts: object) -> HttpResponse:
    # Without the request: no context processor, so no statement and nothing about the person.
    return HttpResponse(loader.render_to_string(template, facts), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when the request was refused for its size."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_large(request, exception)
    return _page("400.html", 400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, for what does not exist and for what is not for this person."""
    return _page("404.html", 404)


forbidden = not_found
"""``handler403``: the very answer of an unknown address."""


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``: nothing was sent, and how to send it."""
    return _page("403_csrf.html", 403)


def too_large(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """413."""
    return _page("413.html", 413)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429, for allauth's limits (``handler429``) and ours."""
    return _page("429.html", 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. The code given to the person is the one under which the error is logged, when the request has one."""
    reference = getattr(request, "reference", "")
    return _page("500.html", 500, reference=reference, moment=utc_now())


def maintenance(request: HttpRequest) -> HttpResponse:
    """503, while the service is being looked after."""
    answer = _page("503.html", 503)
    answer["Retry-After"] = "600"
    return answer
