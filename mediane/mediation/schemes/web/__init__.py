"""Doors of the room: a body's public pages."""
