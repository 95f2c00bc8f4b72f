"""`python -m media.render SPOOL WAV`: a spool rendered in a process of its own, told as JSON."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from media.contract import SpoolError
from media.spool import render_file


def main(arguments: Sequence[str]) -> int:
    """Exit 0 and print the rendered recording, 1 with the reason, 2 for wrong arguments."""
    if len(arguments) != 2:
        print("usage: python -m media.render SPOOL WAV", file=sys.stderr)
        return 2
    try:
        rendered = render_file(Path(arguments[0]), Path(arguments[1]))
    except (SpoolError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(dataclasses.asdict(rendered)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
