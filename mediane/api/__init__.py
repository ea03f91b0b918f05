"""Assembles the rooms' routers; tokens, errors, versions."""
