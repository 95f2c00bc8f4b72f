"""`segue demo`: the demo site, one demonstration call, then serve until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from base.errors import SegueError
from segue.cli.common import add_settings, keep_files_private, print_json, settings_of
from segue.demo.report import NOTHING, Story
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
    keep_files_private()
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

    say("starting Segue")
    story = NOTHING
    try:
        async with node(settings) as status:
            say(f"Segue serves: SIP {_sip(status)}, page {status['http']}")
            with _spoilt(settings.data_dir, args.spoil):
                story = await show(status, settings.data_dir, say, args.spoil)
            _print(story, as_json=args.json)
            if not args.once:
                await _serve_on(status)
    except SegueError as error:
        if not args.json:
            raise
        _print(replace(story, problems=(*story.problems, f"start: {error}")), as_json=True)
        return 1
    return 0 if story.ok else 1


@contextlib.contextmanager
def _spoilt(data_dir: Path, spoil: str | None) -> Iterator[None]:
    """With `recording` a file stands where the archive has its folder, as after a failed mount."""
    if spoil != "recording":
        yield
        return
    folder, away = data_dir / "recordings", data_dir / "recordings.away"
    folder.rename(away)
    folder.write_text("not a folder\n")
    try:
        yield
    finally:
        folder.unlink()
        away.rename(folder)


def _print(story: Story, *, as_json: bool) -> None:
    if as_json:
        print_json(story.as_json())
    else:
        _print_end(story.problems, story.recording)


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
