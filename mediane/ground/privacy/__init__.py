"""Class and retention of every field."""
