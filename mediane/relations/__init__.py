"""Stakeholders, meetings, benchmarks (later)."""
