"""The mediane command."""
