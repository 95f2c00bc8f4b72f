"""Spool files of recordings: what the engine wrote, read back and rendered to stereo.

The format stands in `media/engine/core/src/spool.rs`. Blocks that do not check (a torn tail after
a crash, a damaged disk) are skipped and counted; the rest plays at its place.
"""

from __future__ import annotations

import struct
import zlib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from media.contract import SpoolError, Track
from media.wav import RATE_HZ, write_pcm16

MAGIC: Final = b"SGSP"
VERSION: Final = 1
END_TRACK: Final = 255
MAX_SECONDS: Final = 24 * 3600
"""No timeline is longer; a block beyond it is damaged."""
_HEAD: Final = struct.Struct("<4sBBHQII")
_SUMMED: Final = _HEAD.size - 4


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of one source's audio: mu-law at 8 kHz, `position` in samples."""

    track: Track
    source: int
    position: int
    audio: bytes


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
        length = max(length, block.position + len(block.audio))
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
    table = _pcmu_table()
    sides = np.zeros((spool.length, 2), dtype=np.int32)
    for (track, _), blocks in _by_source(spool).items():
        side = sides[:, 0 if track is Track.CUSTOMER else 1]
        first = min(block.position for block in blocks)
        last = max(block.position + len(block.audio) for block in blocks)
        voice = np.zeros(last - first, dtype=np.int16)
        for block in blocks:
            begin = block.position - first
            samples = table[np.frombuffer(block.audio, np.uint8)]
            voice[begin : begin + len(samples)] = samples
        side[first:last] += voice
    return np.clip(sides, -32768, 32767).astype(np.int16)


def render_file(spool_path: Path, wav_path: Path) -> RenderedRecording:
    """Render a spool to a PCM16 stereo WAV; takes long for long calls: use a child process."""
    spool = read_spool(spool_path)
    write_pcm16(wav_path, render_stereo(spool), RATE_HZ)
    return RenderedRecording(spool.seconds, 2, RATE_HZ, spool.damaged)


def _by_source(spool: Spool) -> dict[tuple[Track, int], list[Block]]:
    sources: dict[tuple[Track, int], list[Block]] = defaultdict(list)
    for block in spool.blocks:
        sources[block.track, block.source].append(block)
    return sources


def _pcmu_table() -> NDArray[np.int16]:
    """mu-law to PCM16 (ITU-T G.711)."""
    bits = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = ((((bits & 0x0F) << 3) + 0x84) << (bits >> 4 & 7)) - 0x84
    return np.where(bits & 0x80, -magnitude, magnitude).astype(np.int16)
