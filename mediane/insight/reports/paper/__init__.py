"""The report on paper: one Typst source, compiled as tagged PDF/UA-1 and PDF/A-3a."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from mediane.ground.correspondence.paper import STANDARDS, font_folders

HERE = Path(__file__).parent


def compile_report(data: dict[str, Any], *, at: datetime) -> bytes:
    """The PDF. Raises typst.TypstError when it would violate one of the two standards: the compiler is our validator."""
    import typst

    compiler = typst.Compiler(
        str(HERE / "report.typ"), root=str(HERE), font_paths=font_folders(), ignore_system_fonts=True
    )
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return cast(
        bytes,
        compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=at.replace(microsecond=0)),
    )
