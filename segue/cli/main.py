"""Parses the command line and hands over; each command imports what it needs, when it runs."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from importlib.metadata import version

from base.errors import ConfigError, SegueError

# Command -> module with `describe(parser)` and `execute(args) -> int`.
COMMANDS = {
    "run": ("segue.cli.run", "start a node and serve until told to stop"),
    "check": ("segue.cli.check", "check settings, site files and flows"),
    "reload": ("segue.cli.reload", "have a running node read its site again"),
    "flow": ("segue.cli.flow", "check, test or draw flows"),
    "user": ("segue.cli.user", "add people who may log in"),
    "calls": ("segue.cli.calls", "list calls, or tell the story of one"),
    "recordings": ("segue.cli.recordings", "list recordings, or ask to delete one"),
    "phone": ("segue.cli.phone", "place a call with an independent phone"),
    "demo": ("segue.cli.demo", "start the demo site and place a demonstration call"),
}

OK, FAILED, MISUSED = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; the exit status is 0, 1 (it failed) or 2 (it was asked wrongly)."""
    args = _parser(list(sys.argv[1:] if argv is None else argv)).parse_args(argv)
    if not args.command:
        _parser([]).print_help()
        return MISUSED
    try:
        return int(importlib.import_module(COMMANDS[args.command][0]).execute(args))
    except ConfigError as error:
        print("\n".join(problem.text() for problem in error.problems), file=sys.stderr)
        return MISUSED
    except SegueError as error:
        print(f"segue: {error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe has seen enough
        return OK


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="segue", description="SIP softswitch and IVR.")
    parser.add_argument("--version", action="version", version=f"segue {version('segue')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    asked = next((word for word in argv if not word.startswith("-")), None)
    for name, (module, text) in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name == asked:
            importlib.import_module(module).describe(command)
    return parser
