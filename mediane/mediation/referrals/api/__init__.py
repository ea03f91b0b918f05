"""Endpoints of this room, one set of schemas per audience. Here: machines of a mediation body."""
