"""How a person without an account reaches one case: personal link, number and code."""
