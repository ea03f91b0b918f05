"""Undertakings, commitments, irritants (later)."""
