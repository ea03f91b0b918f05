"""Doors of the web: one package per audience; forms and templates of staff and of a party are never shared."""
