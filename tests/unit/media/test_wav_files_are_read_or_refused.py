"""WAV files of people: what is audio is read, what is not is refused with a reason."""

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media.contract import NotAudioError
from media.riff import RATE_HZ
from media.tones import tone
from media.wav import read_wav, resample, write_pcm16


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
        for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def head(kind: int = 1, channels: int = 1, rate: int = 8000, bits: int = 16) -> tuple[bytes, bytes]:
    frame = channels * bits // 8
    return b"fmt ", struct.pack("<HHIIHH", kind, channels, rate, rate * frame, frame, bits)


AUDIO = (b"data", struct.pack("<4h", 0, 8192, -8192, 16384))


def read(tmp_path: Path, data: bytes) -> tuple[list[float], int]:
    path = tmp_path / "prompt.wav"
    path.write_bytes(data)
    samples, rate = read_wav(path)
    return samples.tolist(), rate


def test_channels_are_mixed_and_other_chunks_are_read_over(tmp_path: Path) -> None:
    assert read(tmp_path, riff(head(), (b"LIST", b"odd"), AUDIO)) == ([0, 0.25, -0.25, 0.5], 8000)
    assert read(tmp_path, riff(head(channels=2), AUDIO)) == ([0.125, 0.125], 8000)


def test_an_extensible_header_of_pcm_is_pcm(tmp_path: Path) -> None:
    name, plain = head(kind=0xFFFE)
    tail = struct.pack("<HHIH14s", 22, 16, 4, 1, bytes(14))
    assert read(tmp_path, riff((name, plain + tail), AUDIO))[0][3] == 0.5


def test_a_streamed_file_without_lengths_is_read_to_its_end(tmp_path: Path) -> None:
    data = riff(head(), AUDIO)
    at = data.index(b"data") + 4
    assert read(tmp_path, data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :])[0][1] == 0.25


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a WAV file"),
        (b"\xff\xfb\x90\x00 an mp3", "not a WAV file"),
        (riff(AUDIO), "without a format"),
        (riff(head()), "without audio"),
        (riff(head(), (b"data", b"")), "give more than none"),
        (riff(head(kind=3, bits=32), AUDIO), "format 3 with 32 bits"),
        (riff(head(channels=6), AUDIO), "6 channels"),
        (riff(head(rate=0), AUDIO), "at 0 Hz"),
    ],
)
def test_the_reason_says_what_is_wrong(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(NotAudioError, match=reason):
        read(tmp_path, data)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 60), st.integers(0, 255), st.integers(0, 60))
def test_any_damage_gives_audio_or_a_reason(tmp_path: Path, at: int, byte: int, cut: int) -> None:
    data = bytearray(riff(head(), AUDIO))
    data[at % len(data)] = byte
    try:
        samples, rate = read(tmp_path, bytes(data[: len(data) - cut]))
    except NotAudioError:
        return
    assert samples
    assert 4000 <= rate <= 192000


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_resampling_keeps_speech_and_drops_what_would_fold_back(rate: int) -> None:
    time_s = np.arange(rate) / rate
    kept = resample(np.sin(2 * np.pi * 3000 * time_s), rate)
    folded = resample(np.sin(2 * np.pi * 6000 * time_s), rate)
    assert len(kept) == RATE_HZ
    assert kept[400:-400].std() == pytest.approx(0.7071, rel=0.02)
    assert folded[400:-400].std() < 0.01


def test_a_tone_has_its_level_and_its_pause() -> None:
    sound = np.array(tone([440, 480], 500, 250))
    assert len(sound) == 6000
    assert not sound[4000:].any()
    one = np.array(tone([1000], 1000)) / 32768
    # -16 dBm0 each; full scale is a sine of +3.17 dBm0.
    assert 20 * np.log10(one.std() * np.sqrt(2)) == pytest.approx(-19.17, abs=0.05)


def test_a_written_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_pcm16(tmp_path / "none" / "a.wav", np.zeros(4, np.int16), 8000)
    write_pcm16(tmp_path / "a.wav", np.zeros((4, 2), np.int16), 8000)
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]
