"""The sealed bundle that crosses the wall between an operator and a mediator (later)."""
