"""Background work, queued in the caller's transaction."""
