"""Which database, and as whom: the embedded one of the home, or the PostgreSQL that DATABASE_URL names (ADR 0002).

Two doors to the same tables: `owner` makes and changes them (migrations), `default` runs the product as the role `mediane_app`, which
owns nothing and is bound by row-level security. No Django here: commands look at the database before they load it.
"""

from __future__ import annotations

import os
from typing import Any

from mediane.config.home import Home, HomeError
from mediane.config.postgres import APP, DATABASE, OWNER, Server

Parameters = dict[str, Any]  # libpq's names: host, port, dbname, user, password, options, sslmode…
OWNER_OPTIONS = "-c app.scope=system -c lock_timeout=10s"
APP_OPTIONS = "-c lock_timeout=10s"


def external() -> bool:
    """Is the database somebody else's server? Then nothing embedded is started."""
    return bool(os.environ.get("DATABASE_URL"))


def doors(home: Home) -> dict[str, Parameters]:
    """Connection parameters of the aliases `default` and `owner`."""
    if external():
        return _external(os.environ["DATABASE_URL"], os.environ.get("DATABASE_MIGRATE_URL"))
    shared = {"host": str(Server(home).socket), "dbname": DATABASE, "connect_timeout": 10}
    return {
        "default": {**shared, "user": APP, "password": home.secret(APP), "options": APP_OPTIONS},
        "owner": {**shared, "user": OWNER, "password": home.secret(OWNER), "options": OWNER_OPTIONS},
    }


def _external(url: str, migrate_url: str | None) -> dict[str, Parameters]:
    run, owner = _parse("DATABASE_URL", url), _parse("DATABASE_MIGRATE_URL", migrate_url or url)
    if (run.get("dbname"), run.get("host"), run.get("port")) != (
        owner.get("dbname"),
        owner.get("host"),
        owner.get("port"),
    ):
        raise HomeError("DATABASE_URL and DATABASE_MIGRATE_URL name two different databases")
    given = run.get("options", "")
    # Whoever signs in, the product runs as mediane_app: one role to grant to and to revoke from.
    become = "" if run.get("user") == APP else f"-c role={APP}"
    run["options"] = " ".join(filter(None, (given, become, APP_OPTIONS)))
    owner["options"] = " ".join(filter(None, (owner.get("options", ""), OWNER_OPTIONS)))
    return {"default": run, "owner": owner}


def _parse(name: str, url: str) -> Parameters:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parameters: Parameters = dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError as error:
        raise HomeError(f"{name} is no PostgreSQL address: {str(error).strip()}") from error
    if not parameters.get("dbname"):
        raise HomeError(f"{name} does not name a database")
    parameters.setdefault("connect_timeout", 10)
    return parameters
