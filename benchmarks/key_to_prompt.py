"""Key released to the next prompt's first packet: a call to a menu, by RTP from outside."""

from __future__ import annotations

import random
import socket
import statistics
import struct
import threading
import time
from typing import Final

from base.errors import UnavailableError
from benchmarks.echo import echo, round_trips
from benchmarks.figures import Figure
from benchmarks.node import running
from benchmarks.sip import Phones

_KEYS: Final = 200
_PACKET_BYTES: Final = 172
_EVENTS: Final = 101
"""The payload type of keys (RFC 4733)."""


def measure() -> list[Figure]:
    """The whole way: engine, event, flow, play, first packet (its marker bit begins a talkspurt).

    Keys come at any phase of the 20 ms, while the last prompt still plays.
    """
    with running() as node, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(3)
        with Phones(node.sip, rtp_port=ear.getsockname()[1]) as phones:
            leg = phones.call("7001")
            phones.run(5, lambda: leg.setup_s is not None)
            done = threading.Event()
            signalling = threading.Thread(target=lambda: phones.run(120, done.is_set))
            signalling.start()
            try:
                while not ear.recv(2048)[1] & 0x80:
                    pass
                waits = [_press(ear, leg.rtp, number) for number in range(_KEYS)]
            finally:
                done.set()
                phones.hang_up(leg)
                signalling.join()
    with echo() as address:
        floor = statistics.median(round_trips(address, _PACKET_BYTES, 200, 0.02))
    promises = (("median", 3.0), ("p99", 10.0))
    return [Figure("key released to the next prompt", "ms", tuple(waits), floor, promises)]


def _press(ear: socket.socket, to: tuple[str, int], number: int) -> float:
    """One key of 40 ms, its last packet three times; milliseconds to the next prompt."""
    _listen(ear, random.uniform(0.1, 0.16))
    for n, duration in enumerate((160, 320)):
        _send(ear, to, number, n, duration, over=False)
        _listen(ear, 0.02)
    released = time.perf_counter()
    for n in (2, 3, 4):
        _send(ear, to, number, n, 480, over=True)
    while not ear.recv(2048)[1] & 0x80:
        if time.perf_counter() > released + 3:
            raise UnavailableError("a key brought no prompt")
    return 1000 * (time.perf_counter() - released)


def _send(
    ear: socket.socket, to: tuple[str, int], number: int, n: int, duration: int, *, over: bool
) -> None:
    mark = 0x80 if n == 0 else 0
    head = struct.pack(
        ">BBHII", 0x80, mark | _EVENTS, 5 * number + n & 0xFFFF, 4000 * (number + 1), 7
    )
    ear.sendto(head + struct.pack(">BBH", 1, 0x80 * over | 0x0A, duration), to)


def _listen(ear: socket.socket, seconds: float) -> None:
    """Hear the prompt that plays; a new one may not begin by itself."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        if ear.recv(2048)[1] & 0x80:
            raise UnavailableError("a prompt began before its key was released")
