"""The agent's page and the HTTP API."""
