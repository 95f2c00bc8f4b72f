"""From a key's last packet to the next prompt's first: `python benchmarks/media_key_to_prompt.py`.

One process holds the engine and the phone, so the figure has all of it: socket, media thread,
event to the loop, `play`, first packet. Python's loop is otherwise idle.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
import time

from media.contract import Codec, DigitHeard, MediaEvent, PromptId, RemoteMedia
from media.face import RtpEngine, RtpSession


def press(phone: socket.socket, to: tuple[str, int], number: int) -> float:
    """One short key in three packets; returns when the last one left."""
    for n, (flags, duration) in enumerate([(0x0A, 160), (0x8A, 320), (0x8A, 320)]):
        head = struct.pack(">BBHII", 0x80, 101, number * 3 + n & 0xFFFF, number * 4000, 7)
        phone.sendto(head + struct.pack(">BBH", 5, flags, duration), to)
    return time.perf_counter()


def until_prompt(phone: socket.socket, session: RtpSession, times: int) -> list[float]:
    """Press and wait, over and over, on a thread of its own; milliseconds."""
    waits = []
    for number in range(1, times + 1):
        pressed = press(phone, ("127.0.0.1", session.port), number)
        while not phone.recv(2048)[1] & 0x80:  # the marker begins a prompt
            pass
        waits.append(1000 * (time.perf_counter() - pressed))
        time.sleep(0.013)
    return sorted(waits)


async def main(times: int) -> None:
    """Print the percentiles."""
    phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    phone.bind(("127.0.0.1", 0))
    phone.settimeout(2)
    prompts: list[PromptId] = []

    def heard(event: MediaEvent) -> None:
        if isinstance(event, DigitHeard):
            session.play(prompts)

    engine = RtpEngine("127.0.0.1", (30000, 40000), heard)
    engine.start(asyncio.get_running_loop())
    session = engine.open_session()
    session.set_remote(RemoteMedia("127.0.0.1", phone.getsockname()[1], Codec.PCMU, 0, 101))
    prompts.append(engine.tone([440], 5000))
    waits = await asyncio.to_thread(until_prompt, phone, session, times)
    engine.close()
    figures = {p: waits[len(waits) * p // 100] for p in (50, 99)}
    print(f"{times} keys: p50 {figures[50]:.2f} ms, p99 {figures[99]:.2f} ms")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300))
