"""No column without a privacy class and a retention rule (docs/adr/0042)."""

from mediane.ground.privacy.register import problems


def test_every_column_is_classified() -> None:
    found = problems()
    assert not found, "in the room's privacy.py: " + "; ".join(found)
