"""Triggers that several rooms put on their tables."""

from __future__ import annotations

import pgtrigger


def append_only_until_forgotten(table: str) -> pgtrigger.Trigger:
    """Rows of `table` never change, and go only while something is being forgotten (`app.forgetting`, set for the length of one transaction by the
    service or function whose right it is)."""
    return pgtrigger.Trigger(
        name="append_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=(
            "IF TG_OP = 'DELETE' AND current_setting('app.forgetting', true) = 'on' THEN RETURN OLD; END IF; "
            f"RAISE EXCEPTION '{table} is append-only';"
        ),
    )
