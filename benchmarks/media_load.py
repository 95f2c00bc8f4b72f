"""Bridged and recorded calls under load: `python benchmarks/media_load.py CALLS SECONDS`.

The engine runs in a child process; this one is every phone. Prints lost packets and what a relayed
packet costs the engine's process.
"""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from media.contract import Codec, RemoteMedia, Track
from media.face import RtpEngine

PACKET_S = 0.02
STEPS = 20
"""The phones are spread over the 20 ms."""


async def serve(calls: int, phone_port: int, folder: Path) -> None:
    """The engine's side: bridge and record until standard input ends."""
    engine = RtpEngine("127.0.0.1", (30000, 60000), lambda event: None)
    loop = asyncio.get_running_loop()
    engine.start(loop)
    sessions = [engine.open_session() for _ in range(2 * calls)]
    for session in sessions:
        session.set_remote(RemoteMedia("127.0.0.1", phone_port, Codec.PCMU, 0))
    for n in range(calls):
        customer, agent = sessions[2 * n], sessions[2 * n + 1]
        engine.bridge(customer, agent)
        recording = engine.open_recording(folder / f"{n}.spool")
        customer.record(recording, Track.CUSTOMER)
        agent.record(recording, Track.AGENT)
    print(json.dumps([session.port for session in sessions]), flush=True)
    began = resource.getrusage(resource.RUSAGE_SELF)
    await asyncio.to_thread(sys.stdin.read)
    ended = resource.getrusage(resource.RUSAGE_SELF)
    stats = [engine.stats(session) for session in sessions]
    cpu_s = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    taken, sent = sum(s.packets_received for s in stats), sum(s.packets_sent for s in stats)
    print(json.dumps({"received": taken, "sent": sent, "cpu_s": cpu_s}))
    engine.close()


def speak(ports: list[int], phones: socket.socket, seconds: float) -> tuple[int, int]:
    """Every phone sends 50 packets a second; returns how many were sent and came back."""
    sent = came = 0
    began = time.monotonic()
    for step in range(int(seconds / PACKET_S * STEPS)):
        due = began + step * PACKET_S / STEPS
        while (wait := due - time.monotonic()) > 0:
            time.sleep(wait)
        number, phase = divmod(step, STEPS)
        for n in range(phase, len(ports), STEPS):
            head = struct.pack(">BBHII", 0x80, 0, number & 0xFFFF, number * 160, n)
            phones.sendto(head + bytes(160), ("127.0.0.1", ports[n]))
            sent += 1
        came += take(phones)
    time.sleep(0.2)
    return sent, came + take(phones)


def take(phones: socket.socket) -> int:
    """How many packets wait."""
    count = 0
    try:
        while phones.recv(2048):
            count += 1
    except BlockingIOError:
        pass
    return count


def main(calls: int, seconds: float) -> None:
    """Run both sides and print one line of figures."""
    phones = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    phones.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    phones.bind(("127.0.0.1", 0))
    phones.setblocking(False)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "serve", str(calls), str(phones.getsockname()[1])]
        with subprocess.Popen(
            [*command, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as engine:
            assert engine.stdout is not None
            ports = json.loads(engine.stdout.readline())
            sent, came = speak(ports, phones, seconds)
            told = json.loads(engine.communicate()[0])
        recorded = sum(path.stat().st_size for path in Path(folder).iterdir())
    print(
        f"{calls} recorded calls, {seconds:.0f} s: {sent} packets, lost before the engine "
        f"{sent - told['received']}, after it {told['sent'] - came}; "
        f"{1e6 * told['cpu_s'] / sent:.1f} us CPU a packet, {100 * told['cpu_s'] / seconds:.0f} % "
        f"of a core; {recorded / 1e6:.1f} MB of spool"
    )


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(serve(int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])))
    else:
        main(int(sys.argv[1]), float(sys.argv[2]))
