"""WAV files as they are: checked, not converted. No numpy here: a node that finds its prompts ready
starts without it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from media.contract import NotAudioError

RATE_HZ: Final = 8000
_MAX_SECONDS: Final = 3600
_PCM, _EXTENSIBLE = 1, 0xFFFE


@dataclass(frozen=True, slots=True)
class Pcm16:
    """Audio of a file: whole frames of 16 bit samples, little endian."""

    frames: bytes
    channels: int
    rate_hz: int

    @property
    def ready(self) -> bool:
        """Whether the engine takes it as it is: mono at 8 kHz."""
        return self.channels == 1 and self.rate_hz == RATE_HZ


def read_pcm16(path: Path) -> Pcm16:
    """A PCM16 WAV, mono or stereo; raises NotAudioError."""
    try:
        return _parse(path.read_bytes())
    except OSError as error:
        raise NotAudioError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise NotAudioError(f"{path}: {error}") from None


def _parse(data: bytes) -> Pcm16:
    """ValueError says what is wrong."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError("not a WAV file; give PCM 16 bit, mono or stereo")
    chunks = _chunks(data)
    head = chunks.get(b"fmt ", b"")
    if len(head) < 16:
        raise ValueError("a WAV file without a format")
    if b"data" not in chunks:
        raise ValueError("a WAV file without audio")
    kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", head)
    if kind == _EXTENSIBLE and len(head) >= 26:
        (kind,) = struct.unpack_from("<H", head, 24)
    if kind != _PCM or bits != 16:
        raise ValueError(f"format {kind} with {bits} bits; give PCM 16 bit (format 1)")
    if channels not in (1, 2) or not 4000 <= rate <= 192000:
        raise ValueError(f"{channels} channels at {rate} Hz; give mono or stereo, 4 to 192 kHz")
    audio = chunks[b"data"]
    frames = len(audio) // (2 * channels)
    if not frames or frames > _MAX_SECONDS * rate:
        raise ValueError(f"{frames / rate:.1f} s of audio; give more than none, an hour at most")
    return Pcm16(audio[: 2 * channels * frames], channels, rate)


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """The first chunk of each name; one that is cut short, or was streamed without a length, goes
    to the end of the file."""
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        chunks.setdefault(name, data[at + 8 : at + 8 + length])
        at += 8 + length + length % 2
    return chunks
