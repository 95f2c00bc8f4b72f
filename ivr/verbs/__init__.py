"""A verb a file: its YAML model, what entering it does, what events do."""
