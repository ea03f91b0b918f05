"""Pages of the traders of a body."""
