"""Spool files of recordings: what the engine wrote, read back and rendered to stereo.

The format stands in `media/engine/core/src/spool.rs`. Blocks that do not check (a torn tail after
a crash, a damaged disk) are skipped and counted; the rest plays at its place.
"""

from __future__ import annotations

import struct
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from media.contract import SpoolError, Track
from media.riff import RATE_HZ
from media.wav import new_pcm16

MAGIC: Final = b"SGSP"
VERSION: Final = 1
END_TRACK: Final = 255
MAX_SECONDS: Final = 24 * 3600
"""No timeline is longer; a block beyond it is damaged."""
_WINDOW: Final = 60 * RATE_HZ
_HEAD: Final = struct.Struct("<4sBBHQII")
_SUMMED: Final = _HEAD.size - 4


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of one source's audio: mu-law at 8 kHz, `position` in samples."""

    track: Track
    source: int
    position: int
    audio: bytes

    @property
    def end(self) -> int:
        """Behind the last sample."""
        return self.position + len(self.audio)


@dataclass(frozen=True, slots=True)
class Spool:
    """All blocks that check, in the order in which they were written."""

    blocks: tuple[Block, ...]
    length: int
    """Samples of the timeline."""
    damaged: int
    """Places where bytes had to be skipped."""
    complete: bool
    """Whether the recording was closed; after a crash it was not."""

    @property
    def seconds(self) -> float:
        """The length of the timeline."""
        return self.length / RATE_HZ

    @property
    def tracks(self) -> frozenset[Track]:
        """The tracks that hold anything."""
        return frozenset(block.track for block in self.blocks)


@dataclass(frozen=True, slots=True)
class RenderedRecording:
    """A WAV that was made of a spool."""

    seconds: float
    channels: int
    sample_rate: int
    damaged: int = 0


def read_spool(path: Path) -> Spool:
    """Read a spool file; raises `SpoolError` only if the file cannot be read at all."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SpoolError(f"cannot read {path}: {error.strerror}") from error
    return parse_spool(data)


def parse_spool(data: bytes) -> Spool:
    """Any bytes give a spool; what does not check is counted."""
    blocks: list[Block] = []
    at = length = damaged = 0
    complete = False
    while at < len(data):
        found = _block(data, at)
        if found is None:
            damaged += 1
            nearest = data.find(MAGIC, at + 1)
            at = len(data) if nearest < 0 else nearest
            continue
        track, block, at = found
        length = max(length, block.end)
        complete = complete or track == END_TRACK
        if block.audio:
            blocks.append(block)
    return Spool(tuple(blocks), length, damaged, complete)


def _block(data: bytes, at: int) -> tuple[int, Block, int] | None:
    """The track's number, the block at `at` and where it ends, if it checks."""
    if at + _HEAD.size > len(data):
        return None
    magic, version, track, source, position, length, checksum = _HEAD.unpack_from(data, at)
    begin, end = at + _HEAD.size, at + _HEAD.size + length
    if magic != MAGIC or version != VERSION or end > len(data):
        return None
    audio = data[begin:end]
    if zlib.crc32(audio, zlib.crc32(data[at : at + _SUMMED])) != checksum:
        return None
    if position + length > MAX_SECONDS * RATE_HZ or track not in (0, 1, 2, END_TRACK):
        return None
    whose = Track.SYSTEM if track == END_TRACK else Track(track)
    return track, Block(whose, source, position, audio), end


def render_stereo(spool: Spool) -> NDArray[np.int16]:
    """Samples of shape (n, 2) at 8 kHz: the customer left, everybody else right, saturating."""
    return np.concatenate([np.zeros((0, 2), np.int16), *_windows(spool)])


def render_file(spool_path: Path, wav_path: Path) -> RenderedRecording:
    """Render a spool to a PCM16 stereo WAV, a minute at a time.

    Takes long for long calls: `python -m media.render` does it in a process of its own.
    """
    spool = read_spool(spool_path)
    with new_pcm16(wav_path, 2, RATE_HZ) as append:
        for window in _windows(spool):
            append(window)
    return RenderedRecording(spool.seconds, 2, RATE_HZ, spool.damaged)


def _windows(spool: Spool) -> Iterator[NDArray[np.int16]]:
    """The timeline in pieces of shape (n, 2)."""
    table = _pcmu_table()
    touching: dict[int, list[Block]] = defaultdict(list)
    for block in spool.blocks:
        for number in range(block.position // _WINDOW, (block.end - 1) // _WINDOW + 1):
            touching[number].append(block)
    for begin in range(0, spool.length, _WINDOW):
        length = min(_WINDOW, spool.length - begin)
        yield _mix(touching.pop(begin // _WINDOW, []), begin, length, table)


def _mix(
    blocks: Iterable[Block], begin: int, length: int, table: NDArray[np.int16]
) -> NDArray[np.int16]:
    """Later blocks of a source replace what it wrote before; sources of one side are added."""
    voices: dict[tuple[Track, int], NDArray[np.int16]] = {}
    for block in blocks:
        voice = voices.setdefault((block.track, block.source), np.zeros(length, np.int16))
        first, last = max(block.position, begin), min(block.end, begin + length)
        audio = block.audio[first - block.position : last - block.position]
        voice[first - begin : last - begin] = table[np.frombuffer(audio, np.uint8)]
    sides = np.zeros((length, 2), dtype=np.int32)
    for (track, _), voice in voices.items():
        sides[:, 0 if track is Track.CUSTOMER else 1] += voice
    return np.clip(sides, -32768, 32767).astype(np.int16)


def _pcmu_table() -> NDArray[np.int16]:
    """mu-law to PCM16 (ITU-T G.711)."""
    bits = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = ((((bits & 0x0F) << 3) + 0x84) << (bits >> 4 & 7)) - 0x84
    return np.where(bits & 0x80, -magnitude, magnitude).astype(np.int16)
