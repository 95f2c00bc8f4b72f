"""WAV files the prompt library makes: 8 kHz, mono, PCM16."""

from __future__ import annotations

import os
import wave
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from media.contract import NotAudioError

Samples = NDArray[np.float64]
"""Mono audio, full scale is -1 to 1."""

RATE_HZ: Final = 8000
_PEAK: Final = 10 ** (-6 / 20)


def read_wav(path: Path) -> tuple[Samples, int]:
    """A PCM16 WAV's channels mixed to one, and its rate in Hz; raises NotAudioError."""
    try:
        with wave.open(str(path), "rb") as file:
            if file.getsampwidth() != 2:
                raise NotAudioError(f"{path}: {8 * file.getsampwidth()} bit, expected PCM16")
            channels, rate = file.getnchannels(), file.getframerate()
            if rate <= 0:
                raise NotAudioError(f"{path}: a sample rate of {rate} Hz")
            # The length in a streamed file's header is a guess: read what is there.
            held = path.stat().st_size // (2 * channels)
            data = np.frombuffer(file.readframes(min(file.getnframes(), held)), dtype="<i2")
    except (OSError, EOFError, wave.Error) as error:
        raise NotAudioError(f"{path}: {error}") from error
    whole = data[: len(data) // channels * channels]
    return whole.reshape(-1, channels).mean(axis=1) / 32768.0, rate


def write_wav(path: Path, samples: Samples) -> None:
    """Write samples at 8 kHz; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    data = np.round(np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes()
    with wave.open(str(part), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(data)
    part.replace(path)


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
