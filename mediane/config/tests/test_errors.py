"""An unexpected error: a code on the page and in the log, never the address."""

from __future__ import annotations

import logging
import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from mediane.config import urls as product


def broken(request: HttpRequest, token: str) -> HttpResponse:
    raise LookupError("not to be shown")


urlpatterns = [path("s/<str:token>", broken, name="broken"), *product.urlpatterns]
handler404, handler500 = product.handler404, product.handler500


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_the_code_on_the_page_is_the_one_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.DEBUG):
        answer = client.get("/s/secret-token-of-a-case")
    assert answer.status_code == 500
    page = answer.content.decode()
    logged = [record for record in caplog.records if record.name == "mediane.errors"]
    assert len(logged) == 1
    reference = re.search(r"error ([0-9a-f]{8}) in broken", logged[0].getMessage())
    assert reference
    assert reference[1] in page
    assert "not to be shown" not in page
    assert logged[0].exc_info
    assert "secret-token-of-a-case" not in caplog.text


@pytest.mark.django_db
def test_a_wrong_address_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert Client().get("/nowhere/secret-token").status_code == 404
    assert "secret-token" not in caplog.text


@pytest.mark.django_db
def test_health_says_one_word() -> None:
    answer = Client().get("/sante/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_every_answer_carries_the_policy() -> None:
    policy = Client().get("/sante/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
