"""Tones: sines of a telephone level."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from typing import Final

from media.riff import RATE_HZ

_LEVEL_DBM0: Final = -16.0
_FULL_SCALE_DBM0: Final = 3.17
"""A sine at the overload point of mu-law (ITU-T G.711 table 2a)."""


def tone(frequencies_hz: Sequence[float], on_ms: int, off_ms: int = 0) -> array[int]:
    """PCM16 at 8 kHz: sines of -16 dBm0 each for `on_ms`, then silence for `off_ms`."""
    amplitude = 32767 * 10 ** ((_LEVEL_DBM0 - _FULL_SCALE_DBM0) / 20)
    turns = [2 * math.pi * frequency_hz / RATE_HZ for frequency_hz in frequencies_hz]
    sound = array("h", bytes(2 * ((on_ms + off_ms) * RATE_HZ // 1000)))
    for n in range(on_ms * RATE_HZ // 1000):
        value = round(amplitude * sum(math.sin(turn * n) for turn in turns))
        sound[n] = max(-32768, min(32767, value))
    return sound
