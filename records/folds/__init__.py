"""Views of the log: they recount to the same numbers."""
