"""The block tags, by subject. ``{% load ui %}`` brings them all."""

from . import case, figures, forms, layout, lists, words  # noqa: F401  (importing registers)
from .base import register as register
