"""Independent phones for demonstrations, probes and tests."""
