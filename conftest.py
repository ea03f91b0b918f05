"""The test room, for every test of the repository (docs/guide/tests.md)."""

pytest_plugins = ["tests.room.databases", "tests.room.strict", "tests.room.live"]
