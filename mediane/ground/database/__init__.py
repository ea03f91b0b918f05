"""Row-level security: the scope a connection reads under, and the helpers migrations use."""
