"""`segue demo`: the demo site, one demonstration call, then serve until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from segue.cli.common import add_settings, print_json, settings_of
from segue.settings import Settings


def describe(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--once", action="store_true", help="end after the demonstration call")
    parser.add_argument("--json", action="store_true", help="print one JSON document at the end")
    parser.add_argument(
        "--break",
        dest="spoil",
        choices=("page", "audio", "match", "recording"),
        help="spoil one thing, to see that the demonstration can fail",
    )
    add_settings(parser)


def execute(args: argparse.Namespace) -> int:
    """Exit status 0 if all of the story was observed, else 1."""
    settings = settings_of(args)
    if args.spoil is not None:
        settings = replace(settings, data_dir=settings.data_dir / f"broken-{args.spoil}")
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return asyncio.run(_demonstrate(settings, args))


async def _demonstrate(settings: Settings, args: argparse.Namespace) -> int:
    from segue.demo.process import node
    from segue.demo.show import show

    begin = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - begin:5.1f}s] {text}", file=sys.stderr, flush=True)

    if args.spoil == "recording":
        _spoil_recordings(settings.data_dir)
    say("starting Segue")
    async with node(settings) as status:
        say(f"Segue serves: SIP {_sip(status)}, page {status['http']}")
        story = await show(status, settings.data_dir, say, args.spoil)
        if args.json:
            print_json(story.as_json())
        else:
            _print_end(story.problems, story.recording)
        if not args.once:
            await _serve_on(status)
    return 0 if story.ok else 1


def _spoil_recordings(data_dir: Path) -> None:
    """A file stands where the archive wants its folder, as after a failed mount."""
    path = data_dir / "recordings"
    if not path.exists():
        path.write_text("not a folder\n")


def _print_end(problems: tuple[str, ...], recording: Mapping[str, Any] | None) -> None:
    if problems:
        print("\nThe demonstration failed:")
        for problem in problems:
            print(f"  {problem}")
        return
    print("\nAll of it happened: the agent saw the customer's step before the phone rang.")
    if recording is not None:
        print(f"The recording: {recording['path']}")
        print(f"  {recording['seconds']:.1f} s, stereo, kept until {recording['keep_until']}")


async def _serve_on(status: Mapping[str, Any]) -> None:
    from segue.keys import load_keys

    keys = load_keys(Path(status["keys"]))
    print(f"\nThe agents' page: {status['http']}")
    if status["fresh_accounts"]:
        print("Accounts made now (also in the file below):")
        for account in status["fresh_accounts"]:
            print(f"  {account:14} {keys.accounts[account]}")
    print(f"Accounts and passwords are in {status['keys']} (only you can read it).")
    print(f"Point a softphone at {_sip(status)} (UDP) with account 8001, or 1001 as the agent's")
    print("phone, and call 6000 (continue from the app) or 6001 (corner shop). Ctrl-C ends.")
    sys.stdout.flush()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    await stop.wait()


def _sip(status: Mapping[str, Any]) -> str:
    host, port = status["sip"]
    return f"{host}:{port}"
