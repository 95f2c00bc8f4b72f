"""A phone at the terminal: `segue phone call 6000` and `segue phone answer`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from phone.contract import Account, CallState, PhoneError
from phone.pjsua import PjsuaCall, PjsuaPhone

_HELP: Final = "keys 0-9 * # A-D are sent; hold, back, quit"
_KEYS: Final = frozenset("0123456789*#ABCD")


def describe(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that `run_phone` reads."""
    parser.add_argument("action", choices=["call", "answer"])
    parser.add_argument("target", nargs="?", default="", help="a number, or a sip: URI")
    parser.add_argument("--server", default="127.0.0.1:5060", metavar="HOST:PORT")
    parser.add_argument("--user", default="", help="the account to register; none: a stranger")
    parser.add_argument("--password-file", type=Path, help="the file with the account's password")
    parser.add_argument("--header", action="append", default=[], metavar="'NAME: VALUE'")
    parser.add_argument("--keys", default="", help="keys to press once the call is answered")
    parser.add_argument("--tone", type=int, default=0, metavar="HZ", help="say this tone")
    parser.add_argument("--record", type=Path, metavar="WAV", help="write what is heard")
    parser.add_argument("--seconds", type=float, default=0.0, help="hang up after this time")


async def run_phone(args: argparse.Namespace) -> int:
    """One call from the terminal: 0 if it was answered, 1 if not; raises PhoneError."""
    async with await PjsuaPhone.start(_account(args), user=args.user or "terminal") as phone:
        if args.user:
            await phone.register()
            _say(f"registered as {args.user}")
        call = await _place(phone, args)
        if args.record is not None:
            await call.record(args.record)
        if args.tone:
            await call.play_tone(args.tone)
        watch = asyncio.create_task(_watch(call))
        try:
            return await _talk(call, args)
        finally:
            await call.hangup()
            await watch


def header_of(text: str) -> tuple[str, str]:
    """(name, value) of `NAME: VALUE`; raises PhoneError."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or any(char in text for char in "\r\n"):
        raise PhoneError(f"--header takes 'NAME: VALUE', not {text!r}")
    return name.strip(), value.strip()


def _account(args: argparse.Namespace) -> Account | None:
    if not args.user:
        return None
    try:
        password = args.password_file.read_text().strip() if args.password_file else ""
    except OSError as error:
        raise PhoneError(f"{args.password_file}: {error.strerror}") from error
    return Account(args.user, f"sip:{args.server}", password)


async def _place(phone: PjsuaPhone, args: argparse.Namespace) -> PjsuaCall:
    if args.action == "answer":
        _say(f"waiting for a call at {phone.uri}")
        call = await phone.wait_incoming(timeout_s=86_400)
        _say(f"a call from {call.remote}")
        await call.answer()
        return call
    if not args.target:
        raise PhoneError("segue phone call needs a number or a sip: URI")
    uri = args.target if ":" in args.target else f"sip:{args.target}@{args.server}"
    return await phone.call(uri, headers=dict(header_of(text) for text in args.header))


async def _talk(call: PjsuaCall, args: argparse.Namespace) -> int:
    try:
        await call.wait_state(CallState.CONFIRMED, timeout_s=180)
    except PhoneError as error:
        _say(str(error))
        return 1
    if args.keys:
        await call.send_dtmf(args.keys)
    over = asyncio.create_task(call.wait_state(CallState.TERMINATED, timeout_s=86_400))
    typing = asyncio.create_task(_type(call))
    try:
        waited = args.seconds or None
        await asyncio.wait({over, typing}, timeout=waited, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (over, typing):
            task.cancel()
        await asyncio.gather(over, typing, return_exceptions=True)
    return 0


async def _type(call: PjsuaCall) -> None:
    """What is typed, until `quit`; without a terminal the call goes on until somebody ends it."""
    if not sys.stdin.isatty():
        await asyncio.Event().wait()
    _say(_HELP)
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin, lambda: lines.put_nowait(sys.stdin.readline()))
    try:
        while (line := await lines.get()) and (word := line.strip()) != "quit":
            with contextlib.suppress(PhoneError):
                await _obey(call, word)
    finally:
        loop.remove_reader(sys.stdin)


async def _obey(call: PjsuaCall, word: str) -> None:
    if word == "hold":
        await call.hold()
    elif word == "back":
        await call.unhold()
    elif word and set(word.upper()) <= _KEYS:
        await call.send_dtmf(word.upper())
    elif word:
        _say(_HELP)


async def _watch(call: PjsuaCall) -> None:
    """Print each event as it happens."""
    shown = 0
    while shown < len(call.events) or call.state is not CallState.TERMINATED:
        await call.wait_events(shown + 1)
        began = call.events[0].at.mono
        for event in call.events[shown:]:
            words = [type(event).__name__, *_values(event)]
            _say(f"{event.at.mono - began:8.3f}  {' '.join(words)}")
            shown += 1


def _values(event: object) -> Sequence[str]:
    names = [name for name in getattr(event, "__slots__", ()) if name != "at"]
    values = [getattr(event, name) for name in names]
    return [str(getattr(value, "value", value)) for value in values if value not in ("", 0)]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
