"""The product runs as a role that owns nothing; French search and sorting are there for every room."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

pytestmark = pytest.mark.django_db


def _one(sql: str, *args: object) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchone()[0]


def test_the_product_runs_as_the_bound_role() -> None:
    assert _one("SELECT current_user") == "mediane_app"
    assert _one("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user") is False


def test_it_owns_no_table() -> None:
    assert _one("SELECT count(*) FROM pg_class WHERE relowner = 'mediane_app'::regrole") == 0


@pytest.mark.parametrize("statement", ["CREATE TABLE mine ()", "TRUNCATE database_state", "ALTER TABLE database_state DISABLE ROW LEVEL SECURITY",
                                       "DELETE FROM django_migrations"])  # fmt: skip
def test_it_cannot_change_tables(statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_french_search_forgives_accents_and_forms() -> None:
    assert (
        _one("SELECT to_tsvector('fr', 'Les réclamations du médiateur') @@ plainto_tsquery('fr', 'reclamation')")
        is True
    )
    assert _one("SELECT to_tsvector('fr', 'Les colis') @@ plainto_tsquery('fr', 'médiation')") is False


def test_names_sort_without_accents() -> None:
    assert (
        _one("SELECT string_agg(n, ' ' ORDER BY f_unaccent(lower(n))) FROM unnest(array['Zoé','Émile','Anne','eve']) n")
        == "Anne Émile eve Zoé"
    )


def test_unaccent_may_be_used_in_an_index() -> None:
    assert _one("SELECT provolatile FROM pg_proc WHERE proname = 'f_unaccent'") == "i"
