"""The mediator's side."""
