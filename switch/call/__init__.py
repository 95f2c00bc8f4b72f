"""Calls: legs that hear each other, bridged back to back."""
