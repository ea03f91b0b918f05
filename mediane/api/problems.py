"""Errors as problem+json (RFC 9457). Unknown and forbidden are one answer; nothing of what the caller may not read stands in an error."""

from __future__ import annotations

import json
import logging
import math
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from mediane.kernel.moments import utc_now
from mediane.kernel.refusals import Refusal

log = logging.getLogger(__name__)
STATUS = {
    "not_found": 404, "not_allowed": 404, "missing:scope": 403, "wrong_state": 409, "stale": 409, "locked": 409, "storage_full": 507, "too_large": 413,
    "too_many_requests": 429,
}  # fmt: skip
TITLES = {
    400: "The request cannot be read", 401: "A token is needed", 403: "The token has not this scope", 404: "Not found", 409: "Not in the present state",
    413: "Too large", 422: "The request cannot be accepted as it is", 429: "Too many requests", 500: "Something failed on our side", 507: "No space left",
}  # fmt: skip


def problem(status: int, code: str, /, **more: Any) -> HttpResponse:
    content = {
        "type": f"urn:mediane:problem:{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "code": code,
    }
    return HttpResponse(
        json.dumps(content | more, ensure_ascii=False, default=str),
        status=status,
        content_type="application/problem+json",
    )


def install(api: NinjaAPI) -> None:
    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        status = STATUS.get(refusal.code, 422)
        if status == 404:
            return problem(404, "not_found")
        if status == 429:
            wait = max(1, math.ceil((refusal.facts["until"] - utc_now()).total_seconds()))
            response = problem(429, refusal.code, retry_after=wait)
            response["Retry-After"] = str(wait)
            return response
        return problem(
            status,
            refusal.code.replace(":", "_"),
            **{k: v for k, v in refusal.facts.items() if isinstance(v, str | int | bool)},
        )

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        faults = [{"where": ".".join(map(str, item["loc"])), "what": item["msg"]} for item in error.errors]
        return problem(422, "invalid", errors=faults)

    @api.exception_handler(AuthenticationError)
    def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = problem(401, "token_needed")
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Http404)
    def missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return problem(404, "not_found")

    @api.exception_handler(HttpError)
    def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(error.status_code, "unreadable" if error.status_code == 400 else "error")

    @api.exception_handler(Exception)
    def failed(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("api: %s %s", request.method, request.path, exc_info=error)
        return problem(500, "failed")
