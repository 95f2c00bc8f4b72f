"""WAV files: prompts of any usual rate are read, 8 kHz mono PCM16 and recordings are written."""

from __future__ import annotations

import os
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from media.riff import RATE_HZ, read_pcm16

Samples = NDArray[np.float64]
"""Mono audio, full scale is -1 to 1."""

_PEAK: Final = 10 ** (-6 / 20)


def read_wav(path: Path) -> tuple[Samples, int]:
    """A PCM16 WAV's channels mixed to one, and its rate in Hz; raises NotAudioError."""
    sound = read_pcm16(path)
    samples = np.frombuffer(sound.frames, "<i2").astype(np.float64)
    return samples.reshape(-1, sound.channels).mean(axis=1) / 32768.0, sound.rate_hz


def write_wav(path: Path, samples: Samples) -> None:
    """Write samples at 8 kHz; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_pcm16(path, to_pcm16(samples), RATE_HZ)


def write_pcm16(path: Path, samples: NDArray[np.int16], rate_hz: int) -> None:
    """Write samples of shape (n,) or (n, channels); the file appears whole or not at all."""
    with new_pcm16(path, 1 if samples.ndim == 1 else samples.shape[1], rate_hz) as append:
        append(samples)


@contextmanager
def new_pcm16(
    path: Path, channels: int, rate_hz: int
) -> Iterator[Callable[[NDArray[np.int16]], None]]:
    """A file to append samples to; it appears under `path` when the block ends well."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out, wave.open(out, "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(2)
            file.setframerate(rate_hz)
            yield lambda samples: file.writeframes(samples.astype("<i2").tobytes())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def to_pcm16(samples: Samples) -> NDArray[np.int16]:
    """The samples as PCM16; what is beyond full scale is clipped."""
    return np.rint(np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)


def resample(samples: Samples, rate_hz: int) -> Samples:
    """The samples at 8 kHz, band-limited (in the frequency domain, padded against wrap-around)."""
    if rate_hz == RATE_HZ or len(samples) == 0:
        return samples
    # A whole number of seconds keeps both lengths whole and the transform's length smooth.
    seconds = len(samples) // rate_hz + 2
    padded = np.zeros(seconds * rate_hz)
    padded[: len(samples)] = samples
    bins = min(seconds * rate_hz, seconds * RATE_HZ) // 2 + 1
    spectrum = np.zeros(seconds * RATE_HZ // 2 + 1, dtype=np.complex128)
    spectrum[:bins] = np.fft.rfft(padded)[:bins]
    out = np.fft.irfft(spectrum, seconds * RATE_HZ) * (RATE_HZ / rate_hz)
    return np.asarray(out[: len(samples) * RATE_HZ // rate_hz], dtype=np.float64)


def normalise(samples: Samples) -> Samples:
    """The samples with their highest peak at -6 dBFS; silence stays silence."""
    peak = float(np.abs(samples).max(initial=0.0))
    return samples if peak < 1e-4 else samples * (_PEAK / peak)
