"""Music on hold that belongs to nobody: a slow round of soft chords, made by arithmetic."""

from __future__ import annotations

from typing import Final

import numpy as np

from media.riff import RATE_HZ
from media.wav import Samples

_CHORDS_HZ: Final = (
    (220.00, 261.63, 329.63, 392.00),  # A minor 7
    (174.61, 261.63, 349.23, 440.00),  # F major
    (196.00, 261.63, 329.63, 523.25),  # C major over G
    (196.00, 246.94, 293.66, 392.00),  # G major
)
_CHORD_S: Final = 5.0
_NOTE_S: Final = 0.625
_LEVEL: Final = 10 ** (-14 / 20)
"""Well under the voice: hold music at full scale hurts in a handset."""


def soft_loop() -> Samples:
    """Twenty seconds at 8 kHz whose end runs into its beginning without a click."""
    total = int(len(_CHORDS_HZ) * _CHORD_S * RATE_HZ)
    out = np.zeros(total)
    for number, chord in enumerate(_CHORDS_HZ):
        start = number * _CHORD_S
        for frequency in chord:
            _add(out, start, _pad(frequency))
        for step in range(int(_CHORD_S / _NOTE_S)):
            order = (0, 2, 1, 3, 2, 1, 3, 2)
            _add(out, start + step * _NOTE_S, _pluck(chord[order[step]] * 2))
    return np.asarray(out * (_LEVEL / np.abs(out).max()), dtype=np.float64)


def _add(out: Samples, at_s: float, note: Samples) -> None:
    """Mix a note in; what is longer than the loop's end sounds at its beginning."""
    where = (int(at_s * RATE_HZ) + np.arange(len(note))) % len(out)
    out[where] += note


def _pad(frequency_hz: float) -> Samples:
    seconds = _CHORD_S + 1.5
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    swell = np.minimum(1.0, np.minimum(t / 1.5, (seconds - t) / 1.5)) ** 2
    voice = np.sin(2 * np.pi * frequency_hz * t) + np.sin(2 * np.pi * frequency_hz * 1.003 * t)
    return np.asarray(0.22 * swell * voice, dtype=np.float64)


def _pluck(frequency_hz: float) -> Samples:
    t = np.arange(int(1.8 * RATE_HZ)) / RATE_HZ
    shape = np.minimum(1.0, t / 0.01) * np.exp(-t / 0.45) * np.minimum(1.0, (1.8 - t) / 0.1)
    tone = np.sin(2 * np.pi * frequency_hz * t) + 0.25 * np.sin(4 * np.pi * frequency_hz * t)
    return np.asarray(0.35 * shape * tone, dtype=np.float64)
