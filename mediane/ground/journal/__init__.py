"""Append-only, hash-chained record of who did what, when and why; one chain a case."""
