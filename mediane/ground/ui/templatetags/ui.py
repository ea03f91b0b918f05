"""Every block tag and filter of the design system; a builtin of the project's templates, ``{% load ui %}`` elsewhere."""

from mediane.ground.ui.tags import case, figures, forms, layout, lists, words  # noqa: F401  (importing registers)
from mediane.ground.ui.tags.base import register

__all__ = ["register"]
