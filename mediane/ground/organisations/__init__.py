"""Operators, mediation bodies, associations and their tree of units."""
