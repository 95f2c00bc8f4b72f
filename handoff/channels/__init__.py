"""The ways a customer reaches us, and what may come in by each."""
