"""The command line: `segue run`, `segue check`, `segue flow …`, and commands to a running node."""

from __future__ import annotations

from segue.cli.main import main

__all__ = ["main"]
