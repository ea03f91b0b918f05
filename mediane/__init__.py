"""Médiane: from the first contact to the mediator's opinion, and from the opinion to improvement."""
