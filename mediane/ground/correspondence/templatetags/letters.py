"""The words of a letter as HTML, for the sheet that screens show (`correspondence/_letter.html`)."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from mediane.ground.correspondence.blocks import Run

register = template.Library()


@register.filter
def runs(parts: list[Run], marks: str = "filled") -> SafeString:
    """One paragraph. `marks`: "filled" shows what was filled in from the case, "statements" the mandatory statements, "" neither.

    An address is text, not a link: on the desk nobody follows a party's link.
    """
    out = []
    for run in parts:
        text: Any = run["x"]
        if marks == "filled" and run.get("v"):
            text = format_html('<span class="auto">{}</span>', text)
        elif marks == "statements" and run.get("s"):
            text = format_html("<mark>{}</mark>", text)
        out.append(format_html("<strong>{}</strong>", text) if run.get("b") else format_html("{}", text))
    return mark_safe("".join(out))  # noqa: S308 — every part was escaped above
