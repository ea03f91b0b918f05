"""The form by which a consumer refers: one thing a page, each page kept as it is left, nothing decided. `steps.py` is its table."""
