"""`python -m benchmarks [NAME…]`: measure a node of this checkout; print a table, write JSON."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import Figure, table

NAMES: Final = (
    "start",
    "memory",
    "call_setup",
    "key_to_prompt",
    "pop",
    "recorded_calls",
    "bridged_calls",
    "registrations",
    "desk_api",
    "evidence_log",
)
"""Each a module with `measure() -> list[Figure]`."""


def main() -> int:
    """0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    given = parser.parse_args()
    unknown = set(given.names) - set(NAMES)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {NAMES}")
    figures: list[Figure] = []
    for name in given.names or NAMES:
        began = time.monotonic()
        figures += importlib.import_module(f"benchmarks.{name}").measure()
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(table(figures))
    if given.json:
        told = {"machine": machine(), "figures": [figure.as_plain() for figure in figures]}
        given.json.write_text(json.dumps(told, indent=1) + "\n")
    return int(any("MISSED" in figure.verdict() for figure in figures))


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


if __name__ == "__main__":
    sys.exit(main())
