"""References that a line must not cut: « R. 612-3 » stays whole wherever a page says it.

The characters of a reference are left as they are, so that it can be searched and copied; a span that does not wrap stands around it. What is no running
text is passed over: what was typed in a field, names of choices, drawings, scripts, the title.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_FOUND = re.compile(
    r"<(?P<tag>textarea|script|style|title|option|svg|pre|code)\b.*?</(?P=tag)>|<!--.*?-->|<[^>]*>"
    r"|(?P<reference>\b(?:[LRD]\.?|art\.|articles?)[ \u00a0]?(?:[LRD]\.?[ \u00a0]?)?\d{1,4}(?:-\d{1,3})+(?:,?[ \u00a0]\d°)?)",
    re.DOTALL,
)


def keep_references_whole(html: str) -> str:
    """The page with a span around each reference in its running text."""
    return _FOUND.sub(lambda found: f'<span class="nowrap">{found[0]}</span>' if found["reference"] else found[0], html)


class KeepReferencesWhole:
    """Middleware: pages only, never a file, a stream or what a machine reads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            not response.streaming
            and response.get("Content-Type", "").startswith("text/html")
            and "Content-Encoding" not in response
        ):
            page = response.content.decode(response.charset)
            kept = keep_references_whole(page)
            if kept != page:
                response.content = kept
                if "Content-Length" in response:
                    response["Content-Length"] = str(len(response.content))
        return response
