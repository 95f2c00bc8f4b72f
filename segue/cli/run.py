"""`segue run`: one node, until SIGTERM or Ctrl-C; a second signal does not wait for calls."""

from __future__ import annotations

import argparse
import asyncio
import gc

from segue.cli.common import add_settings, keep_files_private, settings_of


def describe(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    add_settings(parser)
    parser.add_argument(
        "--drain", metavar="SECONDS", type=float, default=30.0,
        help="how long calls may go on after SIGTERM (default: 30)",
    )  # fmt: skip


def execute(args: argparse.Namespace) -> int:
    """Start, serve, drain, stop."""
    settings = settings_of(args)
    keep_files_private()
    # Nothing that a start makes is garbage: looking for it took a third of the start's time.
    # `serve` has the collector on again.
    gc.disable()
    from segue.lifecycle import serve
    from segue.logs import set_up_logs

    set_up_logs(settings.log)
    asyncio.run(serve(settings, drain_s=args.drain))
    return 0
