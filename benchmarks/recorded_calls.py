"""A hundred calls at once, bridged and recorded: packets lost at the far ends and in the files."""

from __future__ import annotations

import socket
import struct
import time
import wave
from collections import Counter
from pathlib import Path
from typing import Any, Final

import numpy as np

from base.errors import SegueError
from benchmarks.figures import Figure, one
from benchmarks.node import Node, running
from benchmarks.sip import Phones

CALLS: Final = 100
_TALK_S: Final = 10
_PACKETS: Final = 50 * _TALK_S
_STEPS: Final = 20
"""The phones are spread over the 20 ms."""
_PAUSE_S: Final = 1.0
_LOUD: Final = bytes([0x90]) * 160
"""20 ms of a level that is not silence, in mu-law."""
_SEAL_S: Final = 60.0


def measure() -> list[Figure]:
    """Every phone sends 50 packets a second; this process is all 200 of them."""
    with running() as node, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 << 20)
        ear.bind(("127.0.0.1", 0))
        ear.setblocking(False)
        with Phones(node.sip, rtp_port=ear.getsockname()[1]) as phones:
            _connect(node, phones)
            before = node.cpu_s()
            came, latest_s = _talk(ear, [leg.rtp for leg in phones.legs.values()])
            cpu_s = node.cpu_s() - before
            for leg in list(phones.legs.values()):
                if leg.setup_s is not None:
                    phones.hang_up(leg)
            phones.run(10, lambda: all(leg.ended for leg in phones.legs.values()))
        files = _sealed(node)
        lost_files = [_lost(Path(entry["path"])) for entry in files]
    lost = [_PACKETS - count for count in came.values()]
    zero = (("max", 0.5),)
    return [
        Figure("packets lost a leg at the far end", "packets", tuple(lost), promises=zero),
        Figure("packets lost a track in the file", "packets", _flat(lost_files), promises=zero),
        one("CPU a relayed and recorded packet", "us", 1e6 * cpu_s / (2 * CALLS * _PACKETS)),
        one("the load's own worst delay", "ms", 1000 * latest_s),
    ]


def _connect(node: Node, phones: Phones) -> None:
    phones.register("201", node.password("sip:201"))
    phones.run(5, lambda: phones.registered == 1)
    for number in range(CALLS):
        phones.call("7003")
        phones.run(10, lambda n=number: _up(phones) == 2 * (n + 1))  # type: ignore[misc]
    if _up(phones) != 2 * CALLS:
        raise SegueError(f"only {_up(phones)} of {2 * CALLS} legs are up")


def _up(phones: Phones) -> int:
    """Legs that have an answer: callers by their 200, the called by their own."""
    return sum(leg.rtp[1] > 0 and not leg.ended for leg in phones.legs.values())


def _talk(ear: socket.socket, ends: list[tuple[str, int]]) -> tuple[Counter[Any], float]:
    """Packets that came back by leg, and how late the load itself was at worst."""
    time.sleep(_PAUSE_S)
    _take(ear)  # ring-back tones are not counted
    came: Counter[Any] = Counter(dict.fromkeys(ends, 0))
    latest = 0.0
    began = time.perf_counter()
    for step in range(_PACKETS * _STEPS):
        due = began + step * 0.02 / _STEPS
        while (wait := due - time.perf_counter()) > 0:
            time.sleep(wait)
        latest = max(latest, -wait)
        number, phase = divmod(step, _STEPS)
        for n in range(phase, len(ends), _STEPS):
            mark = 0x80 if number == 0 else 0
            head = struct.pack(">BBHII", 0x80, mark, number, number * 160, n + 1)
            ear.sendto(head + _LOUD, ends[n])
        came.update(_take(ear))
    time.sleep(0.5)
    came.update(_take(ear))
    return came, latest


def _take(ear: socket.socket) -> list[tuple[str, int]]:
    """Who sent the packets that wait; only those with the load's sound count."""
    found = []
    try:
        while True:
            data, source = ear.recvfrom(2048)
            if data[12:] == _LOUD:
                found.append(source)
    except BlockingIOError:
        return found


def _sealed(node: Node) -> list[Any]:
    deadline = time.monotonic() + _SEAL_S
    while time.monotonic() < deadline:
        entries: list[Any] = node.ask("recordings.list", limit=2 * CALLS)
        if sum(entry["state"] == "sealed" for entry in entries) == CALLS:
            return entries
        time.sleep(0.5)
    raise SegueError(f"not all of {CALLS} recordings were sealed within {_SEAL_S:.0f} s")


def _lost(path: Path) -> list[float]:
    """Packets that each track lacks between its first and its last."""
    with wave.open(str(path)) as file:
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        tracks = frames.reshape(-1, file.getnchannels()).T
    loud = int(np.abs(tracks).max())
    return [_PACKETS - np.count_nonzero(np.abs(track) == loud) / 160 for track in tracks]


def _flat(found: list[list[float]]) -> tuple[float, ...]:
    return tuple(lost for tracks in found for lost in tracks)
