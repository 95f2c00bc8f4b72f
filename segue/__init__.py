"""The composition root: command line, configuration, lifecycle."""
