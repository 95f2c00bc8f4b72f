"""The demonstration: independent phones, a bank app and a real page around a running node."""
