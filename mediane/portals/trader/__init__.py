"""The trader's place."""
