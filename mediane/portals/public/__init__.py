"""The public's place."""
