"""Tones, their moments, their gaps; noise and speech-like sound are not tones."""

import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phone.contract import PhoneError
from phone.listen import find_tone, find_tones, hear

RATE = 8000


def sine(frequency_hz: float, seconds: float, level: float = 0.3) -> np.ndarray:
    return level * np.sin(2 * np.pi * frequency_hz * np.arange(int(seconds * RATE)) / RATE)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE))


def wav(path: Path, *channels: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.stack(channels, axis=1) * 32767).astype("<i2").tobytes())
    return path


@given(
    before=st.floats(0.2, 1.5),
    gap=st.floats(0.3, 1.0),
    frequency_hz=st.sampled_from([440, 697, 1000, 2100]),
    seed=st.integers(0, 2**16),
)
@settings(max_examples=30, deadline=None)
def test_the_first_moment_and_the_gap_are_right_to_a_window(
    before: float, gap: float, frequency_hz: int, seed: int
) -> None:
    tone = sine(frequency_hz, 0.8)
    samples = np.concatenate([silence(before), tone, silence(gap), tone, silence(0.3)])
    noise = np.random.default_rng(seed).normal(0, 0.01, len(samples))
    heard = hear(samples + noise, RATE, frequency_hz)
    assert heard is not None
    assert heard.first_s == pytest.approx(before, abs=0.06)
    assert len(heard.gaps) == 1
    assert heard.gaps[0][0] == pytest.approx(before + 0.8, abs=0.06)
    assert heard.gaps[0][1] == pytest.approx(before + 0.8 + gap, abs=0.06)
    assert heard.snr_db > 15


@given(seed=st.integers(0, 2**16), level=st.floats(0.0, 0.3))
@settings(max_examples=20, deadline=None)
def test_noise_and_silence_hold_no_tone(seed: int, level: float) -> None:
    noise = np.random.default_rng(seed).normal(0, level, RATE)
    assert hear(noise, RATE, 440) is None


def test_another_tone_is_not_taken_for_ours() -> None:
    assert hear(sine(1000, 1.0), RATE, 440) is None


def test_each_channel_has_its_own_tone(tmp_path: Path) -> None:
    path = wav(tmp_path / "stereo.wav", sine(440, 1.0), sine(1000, 1.0))
    assert [tone.frequency_hz for tone in find_tones(path, channel=0)] == [440]
    assert [tone.frequency_hz for tone in find_tones(path, channel=1)] == [1000]
    assert find_tone(path, 1000, channel=0) is None


def test_a_mix_gives_both_in_the_order_of_their_length(tmp_path: Path) -> None:
    after = np.concatenate([sine(440, 0.6), silence(0.2), sine(1000, 1.2)])
    found = find_tones(wav(tmp_path / "mono.wav", after))
    assert [tone.frequency_hz for tone in found] == [1000, 440]


def test_what_is_not_audio_or_too_short_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"no audio")
    for path in (tmp_path / "a.wav", tmp_path / "missing.wav"):
        with pytest.raises(PhoneError, match="cannot be read as WAV"):
            find_tone(path, 440)
    assert find_tone(wav(tmp_path / "short.wav", silence(0.01)), 440) is None
