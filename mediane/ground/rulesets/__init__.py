"""Delays, effects and amounts as data with a legal basis and effective dates."""
