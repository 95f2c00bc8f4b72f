"""The softswitch: SIP, registrar, routing, calls, B2BUA, queues and agents."""
