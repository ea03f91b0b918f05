"""A firm as a body knows it: names, SIREN, business lines, designation."""
