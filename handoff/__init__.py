"""Channels, journeys, match and pop: prior context for the next person."""
