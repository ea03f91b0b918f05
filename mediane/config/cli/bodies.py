"""`mediane bodies`: the mediation bodies of this installation and the years their referrals were received in."""

from __future__ import annotations

import argparse
import json
from typing import Any


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "bodies", help="the mediation bodies and their years", description="Bodies with referrals come first."
    )
    parser.add_argument("--json", action="store_true", help='a list of {"slug", "name", "years"}')


def run(args: argparse.Namespace) -> int:
    from mediane.config.prepare import prepare

    prepare()
    import django

    django.setup()
    rows = bodies()
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            print(f"{row['slug']}\t{row['name']}\t{', '.join(map(str, row['years']))}".rstrip())
    return 0


def bodies() -> list[dict[str, Any]]:
    """`slug`, `name`, `years` (ascending) of every body; those with referrals first, then by slug. Trial cases do not count."""
    from django.db.models.functions import ExtractYear

    from mediane.ground.database.scope import as_system
    from mediane.mediation.referrals.models import Referral
    from mediane.mediation.schemes.models import Body

    with as_system():
        found = (
            Referral.objects.filter(test=False, received_on__isnull=False)
            .values_list("body_id", ExtractYear("received_on"))
            .order_by("body_id", ExtractYear("received_on"))
            .distinct()
        )
        years: dict[int, list[int]] = {}
        for body, year in found:
            years.setdefault(body, []).append(year)
        names = Body.objects.values_list("pk", "organisation__slug", "organisation__name").order_by(
            "organisation__slug"
        )
        rows = [{"slug": slug, "name": name, "years": years.get(pk, [])} for pk, slug, name in names]
    return sorted(rows, key=lambda row: not row["years"])
