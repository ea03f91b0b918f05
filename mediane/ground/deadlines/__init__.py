"""A dated obligation on any case: clock, basis, warning, breach, who was told."""
