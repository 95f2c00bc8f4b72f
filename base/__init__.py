"""What every room stands on: time, identity, events, problems, messages."""
