"""`segue phone call 6000`: an independent phone at the terminal."""

from __future__ import annotations

import argparse
import asyncio

from phone.terminal import describe as describe
from phone.terminal import run_phone


def execute(args: argparse.Namespace) -> int:
    """Place or take one call."""
    return asyncio.run(run_phone(args))
