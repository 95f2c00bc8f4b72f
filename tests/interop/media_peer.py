"""A far end made of plain sockets: sends and takes RTP that the test writes itself."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from media.contract import Codec, MediaEvent, RemoteMedia
from media.face import RtpEngine, RtpSession

PCMU, PCMA, EVENT = 0, 8, 101
CODECS = {Codec.PCMU: PCMU, Codec.PCMA: PCMA}


@dataclass(frozen=True)
class Rtp:
    """A packet that was received."""

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    at: float


@dataclass
class Peer:
    """One phone's media: a socket on the loopback and a sender's state."""

    ssrc: int = 0x1234
    sequence: int = 100
    timestamp: int = 5000
    received: list[Rtp] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        asyncio.get_running_loop().add_reader(self.socket, self._take)

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def remote(self, codec: Codec = Codec.PCMU, **fields: object) -> RemoteMedia:
        given = {"dtmf_payload_type": EVENT, **fields}
        return RemoteMedia("127.0.0.1", self.port, codec, CODECS[codec], **given)  # type: ignore[arg-type]

    def send(
        self, session: RtpSession, payload: bytes, payload_type: int = PCMU, *, step: int = 160
    ) -> None:
        head = struct.pack(
            ">BBHII", 0x80, payload_type, self.sequence & 0xFFFF, self.timestamp, self.ssrc
        )
        self.socket.sendto(head + payload, ("127.0.0.1", session.port))
        self.sequence += 1
        self.timestamp += step

    def key(
        self, session: RtpSession, event: int, durations: Sequence[int], ends: Sequence[bool]
    ) -> None:
        """One RFC 4733 event as the packets of these durations."""
        for duration, end in zip(durations, ends, strict=True):
            payload = struct.pack(">BBH", event, 0x8A if end else 0x0A, duration)
            self.send(session, payload, EVENT, step=0)
        self.timestamp += 1600

    async def say(self, session: RtpSession, audio: bytes, payload_type: int = PCMU) -> None:
        """Send encoded audio at its own pace."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for at in range(0, len(audio), 160):
            await asyncio.sleep(max(0.0, began + at / 8000 - loop.time()))
            self.send(session, audio[at : at + 160], payload_type)

    def audio(self) -> list[Rtp]:
        return [packet for packet in self.received if packet.payload_type in (PCMU, PCMA)]

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()

    def _take(self) -> None:
        data = self.socket.recv(2048)
        first, second, sequence, timestamp, ssrc = struct.unpack(">BBHII", data[:12])
        assert first == 0x80
        now = asyncio.get_running_loop().time()
        marker, payload_type = second >= 0x80, second & 0x7F
        self.received.append(Rtp(payload_type, marker, sequence, timestamp, ssrc, data[12:], now))


@dataclass
class Studio:
    """A running engine, the events it told, and peers that are closed in the end."""

    engine: RtpEngine
    events: list[MediaEvent]
    peers: list[Peer] = field(default_factory=list)

    def peer(self, **fields: int) -> Peer:
        peer = Peer(**fields)
        self.peers.append(peer)
        return peer

    def told(self, kind: type[MediaEvent]) -> list[MediaEvent]:
        return [event for event in self.events if isinstance(event, kind)]


@asynccontextmanager
async def studio(ports: tuple[int, int] = (21000, 21999)) -> AsyncIterator[Studio]:
    """An engine on the loopback; in the end nothing may hold a port."""
    events: list[MediaEvent] = []
    engine = RtpEngine("127.0.0.1", ports, events.append)
    engine.start(asyncio.get_running_loop())
    made = Studio(engine, events)
    try:
        yield made
    finally:
        for peer in made.peers:
            peer.close()
        engine.close()
    assert engine.sessions_open() == 0


async def until(met: Callable[[], object], limit_s: float = 5.0) -> None:
    """Wait for a condition that real sockets fulfil."""
    async with asyncio.timeout(limit_s):
        while not met():  # noqa: ASYNC110 - the condition is the peer's, not a task's
            await asyncio.sleep(0.005)


def decode(payload: bytes, payload_type: int) -> NDArray[np.float64]:
    """G.711 by the formulas of the standard, written apart from the engine's."""
    code = np.frombuffer(payload, np.uint8).astype(int)
    if payload_type == PCMU:
        code = ~code & 0xFF
        value = ((((code & 15) << 3) + 132) << (code >> 4 & 7)) - 132
        return np.where(code & 128, -value, value) / 32768
    code ^= 0x55
    exponent, mantissa = code >> 4 & 7, (code & 15) << 4
    value = np.where(exponent == 0, mantissa + 8, (mantissa + 264) << np.maximum(exponent - 1, 0))
    return np.where(code & 128, value, -value) / 32768


def encode(samples: NDArray[np.float64], payload_type: int) -> bytes:
    """The code whose decoded value is nearest."""
    codes = np.arange(256, dtype=np.uint8)
    values = decode(codes.tobytes(), payload_type)
    order = np.argsort(values, kind="stable")
    at = np.searchsorted(values[order], samples).clip(1, 255)
    lower, upper = order[at - 1], order[at]
    nearer = np.abs(values[lower] - samples) <= np.abs(values[upper] - samples)
    return codes[np.where(nearer, lower, upper)].tobytes()


def sine(frequency_hz: float, seconds: float, amplitude: float = 0.3) -> NDArray[np.float64]:
    time_s = np.arange(int(8000 * seconds)) / 8000
    return amplitude * np.sin(2 * np.pi * frequency_hz * time_s)


def strongest_hz(samples: NDArray[np.float64]) -> float:
    """The frequency of the highest peak."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * 8000 / len(samples))


def purity(samples: NDArray[np.float64], frequency_hz: float) -> float:
    """How much of the energy lies within 30 Hz of a frequency."""
    energy = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    near = np.abs(np.fft.rfftfreq(len(samples), 1 / 8000) - frequency_hz) < 30
    return float(energy[near].sum() / energy.sum())
