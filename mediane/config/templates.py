"""`python -m mediane.config.templates`: every template of the product compiles, and every one it extends or includes by name exists."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def faults() -> Iterator[str]:
    """What is wrong, one line each."""
    from django.apps import apps
    from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines

    engine = engines["django"].engine  # type: ignore[attr-defined]
    for app in apps.get_app_configs():
        folder = Path(app.path) / "templates"
        if not app.name.startswith("mediane.") or not folder.is_dir():
            continue
        for path in sorted(folder.rglob("*")):
            if path.suffix not in {".html", ".txt", ".svg", ".xml"}:
                continue
            name = path.relative_to(folder).as_posix()
            try:
                template = engine.get_template(name)
                if Path(template.origin.name) != path:
                    yield f"{path}: hidden by {template.origin.name}, which has the same name"
                for needed in _named(template.nodelist):
                    _find(engine, needed)
            except TemplateSyntaxError as error:
                yield f"{path}: {error}"
            except TemplateDoesNotExist as error:
                yield f"{path}: names {error}, which does not exist"


def _find(engine: Any, name: str) -> None:
    """Among our templates, or among those of Django's forms (the renderer of forms looks there too)."""
    from django.forms.renderers import get_default_renderer
    from django.template import TemplateDoesNotExist

    try:
        engine.get_template(name)
    except TemplateDoesNotExist:
        get_default_renderer().get_template(name)


def _named(nodes: object) -> Iterator[str]:
    """Names of templates that are written out in extends and include."""
    from django.template.loader_tags import ExtendsNode, IncludeNode

    for node in nodes.get_nodes_by_type((ExtendsNode, IncludeNode)):  # type: ignore[attr-defined]
        expression = node.parent_name if isinstance(node, ExtendsNode) else node.template
        name = getattr(expression, "var", None)
        if isinstance(name, str):
            yield name


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mediane.config.settings")
    import django

    django.setup()
    found = list(faults())
    for fault in found:
        sys.stderr.write(fault + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
