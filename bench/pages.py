"""worklist_10k_1m, case_page_10k_1m, search_10k_1m: the slow end (p95) of a page over a full archive against the same page over a small one."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

from bench import archive, world
from bench.home import Home, use
from bench.measure import Figure, at_most, median, percentile, step
from bench.processes import Child, Line, team

PAGES = ("worklist", "case_page", "search")
DATABASES = ("bench_small", "bench_large")


def browse(line: Line, person_id: int) -> None:
    """A browser signed in as this person, in one process with the product: all of a request is measured but the socket."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from mediane.ground.accounts.models import Person
    from mediane.ground.accounts.tests.factories import sign_in

    browser = Client(SERVER_NAME="localhost")
    sign_in(browser, Person.objects.get(pk=person_id))
    gc.collect()
    gc.freeze()
    line.send("ready")
    while True:
        path, counted = line.receive()
        gc.collect()  # between two measures, not inside one
        asked: list[str] = []
        began = time.perf_counter()
        if counted:
            with CaptureQueriesContext(connection) as queries:
                answer = browser.get(path)
            own = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
            asked = [query["sql"] for query in queries if not query["sql"].startswith(own)]
        else:
            answer = browser.get(path)
        taken = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}: {answer.content[:300]!r}")
        line.send((taken, len(asked), len(answer.content)))


def benches(home: Home, *, quick: bool, wanted: set[str]) -> Iterator[Figure]:
    """The two archives hold the same kinds of cases in the same proportions; an officer has as many open ones in both."""
    home.prepare()
    sizes = (2_000, 20_000) if quick else (10_000, 1_000_000)
    home.clone("bench_world")
    use("bench_world")
    with step("cases to copy"):
        made, templates = world.build()
    people = {}
    for name, size in zip(DATABASES, sizes, strict=True):
        home.clone(name, "bench_world")
        with step(f"an archive of {size} cases"):
            people[name] = fill(home, name, made, templates, size)
    measures = 40 if quick else 300
    with (
        team(1, browse, DATABASES[0], people[DATABASES[0]]) as (small,),
        team(1, browse, DATABASES[1], people[DATABASES[1]]) as (large,),
    ):
        for page in PAGES:
            if f"{page}_10k_1m" in wanted:
                with step(f"{page} over both"):
                    yield compare(home, page, small, large, sizes, measures)
    for name in (*DATABASES, "bench_world"):
        home.drop(name)


def fill(home: Home, database: str, made: Any, templates: list[world.Template], size: int) -> int:
    """The archive of that size; returns an officer who works in it."""
    from mediane.ground.accounts.models import Membership, Person
    from mediane.ground.accounts.roles import Role
    from mediane.ground.accounts.tests.factories import enrol
    from mediane.ground.database.scope import as_system

    use(database)
    share = sum(t.weight for t in templates if t.open) / sum(t.weight for t in templates)
    officers = []
    with as_system():
        for n in range(max(1, round(size * share / archive.CASES_OF_AN_OFFICER))):
            person = Person.objects.create(email=f"officer{n}@bench.test", first_name="Anne", last_name=f"Officier {n}")
            Membership.objects.create(
                person=person, organisation_id=made.body.pk, role=Role.OFFICER.value, starts_on="2020-01-01"
            )
            officers.append(person.pk)
        enrol(Person.objects.get(pk=officers[0]))
    with home.owner(database) as owner:
        archive.multiply(owner, templates, size, officers=officers)
    return officers[0]


def paths(home: Home, database: str, page: str, count: int) -> list[str]:
    """Addresses to read, the same mixture for both archives."""
    draw = random.Random(20261123)
    with home.owner(database) as owner:
        if page == "case_page":
            row = owner.execute(
                "SELECT min(case_id), max(case_id) FROM referrals_referral WHERE number LIKE 'B%'"
            ).fetchone()
            low, high = row or (0, 0)
            return [f"/bureau/dossiers/{draw.randint(low, high)}/" for _ in range(count)]
        if page == "worklist":
            kinds = ["", "?qui=team", "?file=admissibility", "?qui=team&file=mediation"]
            return [f"/bureau/{kinds[n % len(kinds)]}" for n in range(count)]
        rows = owner.execute(
            "SELECT consumer_name, number FROM referrals_referral WHERE number LIKE 'B%' ORDER BY md5(number) LIMIT 200"
        ).fetchall()
        rare = [
            f"/bureau/recherche/?q={(name.split()[-1][: (12, 4)[n // 2 % 2]] if n % 2 else number)}"
            for n, (name, number) in enumerate(rows)
        ]
        # a firm that has most cases, and a beginning that one name in 256 has
        common = ["/bureau/recherche/?q=colis", "/bureau/recherche/?q=ka"]
        return [common[n // 4 % 2] if n % 4 == 3 else rare[n % len(rare)] for n in range(count)]


def compare(home: Home, page: str, small: Child, large: Child, sizes: Sequence[int], measures: int) -> Figure:
    """Turn by turn on both archives, so that what disturbs the machine disturbs both."""
    walks = [paths(home, name, page, measures) for name in DATABASES]
    told: dict[str, list[tuple[float, int, int]]] = {name: [] for name in DATABASES}
    for child, walk in ((small, walks[0]), (large, walks[1])):
        for path in walk[:12]:  # warm
            child.ask((path, False))
    statements = {
        name: max(child.ask((path, True))[1] for path in walk[:8])
        for name, child, walk in zip(DATABASES, (small, large), walks, strict=True)
    }
    for first, second in zip(*walks, strict=True):
        told[DATABASES[0]].append(small.ask((first, False)))
        told[DATABASES[1]].append(large.ask((second, False)))
    times = {name: [row[0] for row in rows] for name, rows in told.items()}
    return Figure(
        f"{page}_10k_1m",
        percentile(times[DATABASES[1]], 0.95),
        percentile(times[DATABASES[0]], 0.95),
        "ms (p95)",
        at_most(1.3),
        {
            "cases": list(sizes),
            "median_ms": [round(median(times[name]), 1) for name in DATABASES],
            "statements": [statements[name] for name in DATABASES],
            "kB": round(max(row[2] for row in told[DATABASES[1]]) / 1000, 1),
        },
    )
