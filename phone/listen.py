"""What was heard: tones in a recording, found by FFT."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from phone.contract import PhoneError

Samples = NDArray[np.float64]

_WINDOW_S: Final = 0.1
_HOP_S: Final = 0.02
_HALF_BAND_HZ: Final = 25.0
_FLOOR_DBFS: Final = -50.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One frequency in one recording. Times are seconds from the recording's first sample.

    `seconds` counts only while it sounds; `gaps` are the pauses between its first and last
    moment, to about 20 ms. `snr_db` is the tone against all else while it sounds (median).
    """

    frequency_hz: float
    snr_db: float
    level_dbfs: float
    first_s: float
    last_s: float
    seconds: float
    gaps: tuple[tuple[float, float], ...]


def read_wav(path: Path, channel: int = 0) -> tuple[Samples, int]:
    """One channel of a PCM16 WAV as (samples of -1 to 1, sample rate in Hz); raises PhoneError."""
    try:
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != 2 or channel >= file.getnchannels():
                raise PhoneError(f"{path}: not PCM16 with a channel {channel}")
            data = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
            return data[channel :: file.getnchannels()] / 32768.0, file.getframerate()
    except (OSError, EOFError, wave.Error) as error:
        raise PhoneError(f"{path}: cannot be read as WAV: {error}") from error


def find_tone(
    path: Path, frequency_hz: float, *, channel: int = 0, min_snr_db: float = 6.0
) -> Heard | None:
    """Whether and when a tone of `frequency_hz` is in the recording; None if it never is."""
    samples, rate = read_wav(path, channel)
    return hear(samples, rate, frequency_hz, min_snr_db=min_snr_db)


def find_tones(path: Path, *, channel: int = 0, min_seconds: float = 0.2) -> tuple[Heard, ...]:
    """All tones that lead the recording for `min_seconds` in all, the longest first."""
    samples, rate = read_wav(path, channel)
    power, frequencies = _spectra(samples, rate)
    loud = power.sum(axis=1) > 10 ** (_FLOOR_DBFS / 10)
    peaks = frequencies[power.argmax(axis=1)][loud]
    candidates: list[float] = []
    for peak in sorted(set(peaks.tolist()), key=lambda f: -int((peaks == f).sum())):
        if all(abs(peak - other) > 2 * _HALF_BAND_HZ for other in candidates):
            candidates.append(peak)
    found = [hear(samples, rate, candidate) for candidate in candidates[:12]]
    lasting = [one for one in found if one is not None and one.seconds >= min_seconds]
    return tuple(sorted(lasting, key=lambda one: -one.seconds))


def hear(
    samples: Samples, rate: int, frequency_hz: float, *, min_snr_db: float = 6.0
) -> Heard | None:
    """The tone in these samples, or None."""
    power, frequencies = _spectra(samples, rate)
    band = np.abs(frequencies - frequency_hz) <= _HALF_BAND_HZ
    inside = power[:, band].sum(axis=1)
    outside = power[:, ~band].sum(axis=1)
    snr = 10 * np.log10((inside + 1e-12) / (outside + 1e-12))
    present = (10 * np.log10(inside + 1e-12) > _FLOOR_DBFS) & (snr >= min_snr_db)
    where = np.flatnonzero(present)
    if len(where) == 0:
        return None
    starts, ends = _runs(present)
    # A window hears the tone when half of it does: its middle is the moment.
    middle = _WINDOW_S / 2
    return Heard(
        frequency_hz=frequency_hz,
        snr_db=float(np.median(snr[where])),
        level_dbfs=float(10 * np.log10(np.median(inside[where]) + 1e-12)),
        first_s=float(starts[0] * _HOP_S + middle),
        last_s=float(ends[-1] * _HOP_S + middle),
        seconds=float(len(where) * _HOP_S),
        gaps=tuple(
            (float(end * _HOP_S + middle), float(start * _HOP_S + middle))
            for end, start in zip(ends[:-1], starts[1:], strict=True)
        ),
    )


def _spectra(samples: Samples, rate: int) -> tuple[Samples, Samples]:
    """(power of each window by frequency, scaled so that the sum is the mean square; Hz)."""
    size, hop = int(rate * _WINDOW_S), int(rate * _HOP_S)
    if len(samples) < size:
        samples = np.pad(samples, (0, size - len(samples)))
    windows = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop]
    shape = np.hanning(size)
    spectrum = np.fft.rfft(windows * shape, axis=1)
    power = 2 * np.abs(spectrum) ** 2 / (size * (shape**2).sum())
    return power, np.asarray(np.fft.rfftfreq(size, 1 / rate), dtype=np.float64)


def _runs(present: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any]]:
    """First and one-past-last index of each run of True."""
    edges = np.diff(np.concatenate(([0], present.astype(np.int8), [0])))
    return np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
