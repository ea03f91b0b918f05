"""The consumer's place."""
