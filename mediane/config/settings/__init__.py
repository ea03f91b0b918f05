"""Settings by subject."""
