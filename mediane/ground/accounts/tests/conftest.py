import pytest

from mediane.ground.accounts.tests.factories import Browser


@pytest.fixture
def browser(db):
    return Browser()


@pytest.fixture(autouse=True)
def _fresh_counters():
    """Rate limits are counted in the cache: none may leak from one test into another."""
    from django.core.cache import cache

    cache.clear()
