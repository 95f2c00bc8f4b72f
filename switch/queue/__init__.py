"""Queues and agents: the pure allocator and the service around it."""
