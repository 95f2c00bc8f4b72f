"""The default voice, as Debian's program and as the wheel's library, both out of process."""

import importlib.util
import os
import shutil
import signal
from pathlib import Path

import numpy as np
import pytest

from media.riff import RATE_HZ
from media.voice import EspeakVoice, VoiceError
from media.wav import read_wav

ENGINES = [
    pytest.param("program", marks=pytest.mark.skipif(
        shutil.which("espeak-ng") is None, reason="the Debian package espeak-ng is not installed")),
    pytest.param("library", marks=pytest.mark.skipif(
        importlib.util.find_spec("espeakng_loader") is None, reason="no espeakng-loader wheel")),
]  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
async def test_both_languages_are_heard(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGUE_VOICE", engine)
    voice = EspeakVoice()
    try:
        texts = {"en": "Please enter your code; then press hash.", "zh-CN": "请输入您的六位数字。"}
        for language, text in texts.items():
            path = tmp_path / f"{language}.wav"
            await voice.speak(text, language, path)
            samples, rate = read_wav(path)
            assert rate == RATE_HZ
            assert 1.0 < len(samples) / rate < 12.0
            assert np.abs(samples).max() == pytest.approx(0.501, abs=0.03)
        with pytest.raises(VoiceError, match="en and zh"):
            await voice.speak("Guten Tag", "de", tmp_path / "de.wav")
        with pytest.raises(VoiceError, match="1 to 2000"):
            await voice.speak("a" * 2001, "en", tmp_path / "long.wav")
    finally:
        await voice.close()


async def test_a_voice_that_was_killed_speaks_again(tmp_path: Path) -> None:
    voice = EspeakVoice()
    try:
        await voice.speak("one", "en", tmp_path / "one.wav")
        child = voice._child
        assert child is not None
        os.kill(child.pid, signal.SIGKILL)
        await child.wait()
        await voice.speak("two", "en", tmp_path / "two.wav")
        assert (tmp_path / "two.wav").is_file()
    finally:
        await voice.close()
