"""Audio of any usual rate comes out at 8 kHz with its tones and without its aliases."""

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.contract import NotAudioError
from media.riff import RATE_HZ
from media.wav import normalise, read_wav, resample, write_wav


@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000])
def test_a_tone_keeps_its_frequency_and_level(rate: int) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(rate) / rate)
    out = resample(tone, rate)
    assert len(out) == RATE_HZ
    middle = out[1000:-1000]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert np.fft.rfftfreq(len(middle), 1 / RATE_HZ)[spectrum.argmax()] == pytest.approx(440, abs=2)
    assert np.sqrt((middle**2).mean()) == pytest.approx(np.sqrt(0.5), rel=0.01)


def test_what_8_khz_cannot_hold_is_gone_and_not_folded_down() -> None:
    out = resample(np.sin(2 * np.pi * 6000 * np.arange(22050) / 22050), 22050)
    assert np.abs(out[500:-500]).max() < 0.01


def test_speech_peaks_at_minus_6_dbfs_and_silence_stays_silence() -> None:
    assert np.abs(normalise(np.array([0.0, 0.9, -0.2]))).max() == pytest.approx(0.501, abs=0.001)
    assert not normalise(np.zeros(10)).any()


@given(st.binary(max_size=200))
def test_any_bytes_are_audio_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.wav"
    for content in (data, b"RIFF\x20\x00\x00\x00WAVEfmt " + data):
        path.write_bytes(content)
        with contextlib.suppress(NotAudioError):
            _, rate = read_wav(path)
            assert rate > 0


def test_writing_leaves_no_half_file(tmp_path: Path) -> None:
    write_wav(tmp_path / "deep" / "one.wav", np.zeros(10))
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["one.wav"]
