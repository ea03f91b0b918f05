"""The professionals' place."""
