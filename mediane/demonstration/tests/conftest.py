from mediane.ground.correspondence.tests.conftest import _files, _kinds, body, mail  # noqa: F401 — fixtures
