"""Tones: sines of a telephone level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from media.wav import RATE_HZ, Samples

_LEVEL_DBM0: Final = -16.0
_FULL_SCALE_DBM0: Final = 3.17
"""A sine at the overload point of mu-law (ITU-T G.711 table 2a)."""


def tone(frequencies_hz: Sequence[float], on_ms: int, off_ms: int = 0) -> Samples:
    """Sines of -16 dBm0 each for `on_ms`, then silence for `off_ms`; at 8 kHz."""
    time_s = np.arange(on_ms * RATE_HZ // 1000) / RATE_HZ
    amplitude = 10 ** ((_LEVEL_DBM0 - _FULL_SCALE_DBM0) / 20)
    sound = np.zeros(len(time_s) + off_ms * RATE_HZ // 1000)
    for frequency_hz in frequencies_hz:
        sound[: len(time_s)] += amplitude * np.sin(2 * math.pi * frequency_hz * time_s)
    return sound
