from mediane.ground.accounts.tests.conftest import _fresh_counters, browser  # noqa: F401
