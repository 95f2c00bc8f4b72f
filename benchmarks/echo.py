"""The floor: a process that sends every datagram back, with nothing in between."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

_ECHO = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
while True:
    s.sendto(*s.recvfrom(2048))
"""


@contextlib.contextmanager
def echo() -> Iterator[tuple[str, int]]:
    """Python's `recvfrom` and `sendto` in a process of their own; gives its address."""
    with subprocess.Popen(
        [sys.executable, "-c", _ECHO], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        try:
            yield "127.0.0.1", int(child.stdout.readline())
        finally:
            child.kill()


def round_trips(to: tuple[str, int], size: int, times: int, pause_s: float) -> list[float]:
    """Milliseconds from a datagram's leaving to its return, with a pause before each."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(2)
        for _ in range(times):
            time.sleep(pause_s)
            began = time.perf_counter()
            phone.sendto(bytes(size), to)
            phone.recv(2048)
            found.append(1000 * (time.perf_counter() - began))
    return found
