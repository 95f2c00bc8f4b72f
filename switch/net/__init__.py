"""Sockets for the SIP core; too dull to have bugs."""
