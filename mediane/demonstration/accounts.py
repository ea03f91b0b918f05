"""The accounts listed on the sign-in page, and the banner: only where the database bears the demonstration's mark."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from mediane.demonstration.models import Demonstration
from mediane.demonstration.places import PASSWORD, TOTP_SECRET
from mediane.ground.accounts.models import Membership
from mediane.ground.accounts.roles import DEFINITIONS, Role
from mediane.ground.database.scope import as_system
from mediane.kernel.moments import paris_day, utc_now


@cache
def is_demonstration() -> bool:
    """Asked once a process: a database does not become a demonstration while it is served."""
    with as_system():
        return Demonstration.objects.exists()


def accounts() -> list[dict[str, Any]]:
    with as_system():
        held = (
            Membership.objects.current(paris_day(utc_now()))
            .select_related("person", "organisation")
            .order_by("organisation__kind", "organisation_id", "pk")
        )
        rows: dict[int, dict[str, Any]] = {}
        for row in held:
            label = str(DEFINITIONS[Role(row.role)].label)
            known = rows.get(row.person_id)
            if known:
                known["role"] += f", {label}"
            else:
                rows[row.person_id] = {
                    "name": row.person.full_name,
                    "login": row.person.email,
                    "password": PASSWORD,
                    "role": label,
                    "organisation": row.organisation.label,
                    "fills": f'{{"login": "{row.person.email}", "password": "{PASSWORD}"}}',
                }
    return [dict(row, role=f"{row['role']}, {row['organisation']}") for row in rows.values()]


def code_now() -> str:
    """What an authenticator application would show now for any account of the demonstration."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(TOTP_SECRET, int(utc_now().timestamp()) // 30)))


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context `demonstration`; nothing at all on a real installation, and no statement but the first of the process."""
    if not is_demonstration():
        return {}
    mailbox = os.environ.get("MEDIANE_DEMO_MAILBOX", "")
    shown: dict[str, Any] = {
        "banner": _("Organisations, personnes et dossiers inventés. Rien ne sort de cette machine."),
        "mailbox": mailbox,
    }
    name = request.resolver_match.url_name if request.resolver_match else ""
    if name == "account_login":
        shown |= {"accounts": accounts(), "note": _("Le code du second facteur est affiché à l’étape suivante.")}
    elif name == "mfa_authenticate":
        shown["code_note"] = _("Code du second facteur, pour tous les comptes de la démonstration : {code}").format(
            code=code_now()
        )
    return {"demonstration": shown}
