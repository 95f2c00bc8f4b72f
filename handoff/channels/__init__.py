"""What customers did in each channel, as events."""
