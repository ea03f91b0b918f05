"""``{% load ui %}``: every block tag and filter of the design system."""

from mediane.ground.ui.tags import register

__all__ = ["register"]
