"""RTP in Rust with a Python face: sessions, bridges, prompts, recording spool."""
