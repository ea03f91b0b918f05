"""letter_pdf: a letter made by the worker against typst alone on the same source and data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bench.home import Home, use
from bench.measure import Figure, at_most, median, step, took
from bench.processes import Line, team

NAMES = {"letter_pdf"}


def printer(line: Line, letter_id: int) -> None:
    """The worker's own way from a stored letter to its PDF, and typst on what it is given, both warm."""
    import typst

    from mediane.ground.correspondence import paper
    from mediane.ground.correspondence.models import Letter
    from mediane.ground.database.scope import as_system

    with as_system():
        letter = Letter.objects.get(pk=letter_id)
    at = letter.created_at.replace(microsecond=0)
    compiler = typst.Compiler(
        str(paper.HERE / "letter.typ"), root=str(paper.HERE), font_paths=paper.font_folders(), ignore_system_fonts=True
    )
    # typst alone has no QR code to draw: it is given ours
    code = paper._qr_svg(letter.paper["qr"]["url"]) if letter.paper.get("qr") else ""
    count = 0

    def fresh() -> dict[str, Any]:
        """Another letter each time, as in a worker: typst remembers what it has already drawn."""
        nonlocal count
        count += 1
        return json.loads(json.dumps(letter.paper).replace(letter.addressee, f"{letter.addressee} {count}"))

    def ours() -> None:
        with as_system():
            stored = Letter.objects.get(pk=letter_id)
        stored.paper = data
        if not paper.letter_pdf(stored.paper, at=at).startswith(b"%PDF"):
            raise RuntimeError("no PDF")

    def alone() -> None:
        inputs = {"data": json.dumps(data, ensure_ascii=False)} | ({"qr": code} if code else {})
        compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=paper.STANDARDS, timestamp=at)

    data = fresh()
    for work in (ours, alone):
        work()
    line.send("ready")
    while True:
        line.receive()
        data = fresh()
        mine = took(ours)
        data = fresh()
        line.send((mine, took(alone)))


def benches(home: Home, *, quick: bool, wanted: set[str]) -> Iterator[Figure]:
    home.prepare()
    from bench.world import build
    from mediane.ground.correspondence.models import Letter
    from mediane.ground.database.scope import as_system

    home.clone("bench_letters")
    use("bench_letters")
    build()
    with as_system():
        letter = (
            Letter.objects.filter(kind="proposal_consumer").order_by("pk").first()
            or Letter.objects.order_by("pk").first()
        )
        assert letter is not None
        kind, number = letter.kind, letter.pk
    with step("letters"), team(1, printer, "bench_letters", number) as (child,):
        times = [child.ask("both") for _ in range(20 if quick else 100)]
    yield Figure(
        "letter_pdf",
        median([ours for ours, _ in times]) * 1000,
        median([alone for _, alone in times]) * 1000,
        "ms",
        at_most(2),
        {"kind": kind},
    )
    home.drop("bench_letters")
