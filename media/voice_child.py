"""The default voice behind standard input and output: `python -m media.voice_child`.

espeak-ng is GPL: it runs as Debian's program, or as the library of the `espeakng-loader` wheel
inside this process, never inside the server. Commands are lines (see `base.lines`):
`{"id": 1, "do": "speak", "text": "...", "language": "en", "path": "/cache/x.wav"}`.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from base.child import die_with_parent
from base.lines import Line, decode, encode
from media.contract import NotAudioError
from media.wav import Samples, normalise, read_wav, resample, write_wav

Speak = Callable[[str, str], tuple[Samples, int]]

_VOICES: Final = {"en": "en-us", "zh": "cmn"}
_WORDS_PER_MINUTE: Final = {"en": 160, "zh": 150}
_TIMEOUT_S: Final = 20.0

# speak_lib.h of espeak-ng.
_AUDIO_OUTPUT_SYNCHRONOUS: Final = 2
_CHARS_UTF8: Final = 1
_ESPEAK_RATE: Final = 1
_EE_OK: Final = 0


def speak_by_program(text: str, language: str) -> tuple[Samples, int]:
    """Speak with the `espeak-ng` program; the text goes by standard input, never as an argument."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as out:
        command = ["espeak-ng", "-v", _VOICES[language], "-s", str(_WORDS_PER_MINUTE[language])]
        done = subprocess.run(
            [*command, "-b", "1", "-w", out.name, "--stdin"],
            input=text.encode(),
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode(errors="replace").strip() or "espeak-ng failed")
        return read_wav(Path(out.name))


class LibraryVoice:
    """Speaks with the wheel's library, whose state is global: one voice a process."""

    def __init__(self) -> None:
        import espeakng_loader  # an optional wheel, wanted only where the program is missing

        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self._rate: int = self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data, 0)
        if self._rate <= 0:
            raise RuntimeError("the espeak-ng library could not be initialised")
        self._heard: list[Samples] = []
        kind = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
        )
        # Kept here, because it must live as long as the library may call it.
        self._callback = kind(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def __call__(self, text: str, language: str) -> tuple[Samples, int]:
        self._heard.clear()
        self._library.espeak_SetVoiceByName(_VOICES[language].encode())
        self._library.espeak_SetParameter(_ESPEAK_RATE, _WORDS_PER_MINUTE[language], 0)
        data = text.encode()
        status = self._library.espeak_Synth(data, len(data) + 1, 0, 1, 0, _CHARS_UTF8, None, None)
        if status != _EE_OK:
            raise RuntimeError(f"espeak_Synth failed with {status}")
        self._library.espeak_Synchronize()
        return np.concatenate([*self._heard, np.zeros(0)]), self._rate

    def _take(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._heard.append(np.ctypeslib.as_array(samples, (count,)) / 32768.0)
        return 0


def choose_voice(wanted: str = "") -> Speak | None:
    """`program`, `library`, or the first of the two that is installed."""
    if wanted in ("", "program") and shutil.which("espeak-ng") is not None:
        return speak_by_program
    if wanted in ("", "library") and importlib.util.find_spec("espeakng_loader") is not None:
        return LibraryVoice()
    return None


def _run(speak: Speak, line: Line) -> Line:
    number = line.get("id")
    try:
        samples, rate = speak(line["text"], line["language"])
        if len(samples) == 0:
            raise RuntimeError("nothing in this text can be spoken")
        write_wav(Path(line["path"]), normalise(resample(samples, rate)))
    except (RuntimeError, NotAudioError, OSError, subprocess.TimeoutExpired, KeyError) as error:
        return {"id": number, "error": f"{error}" or type(error).__name__}
    return {"id": number, "ok": {}}


def main() -> None:
    """Serve the parent until it closes our standard input."""
    die_with_parent()
    # What the library prints must not mix with our lines.
    output = os.dup(1)
    os.dup2(2, 1)
    speak = choose_voice(os.environ.get("SEGUE_VOICE", ""))
    for data in sys.stdin.buffer:
        line = decode(data)
        if line is None:
            continue
        if speak is None:
            missing = "no voice: install the Debian package espeak-ng or the wheel espeakng-loader"
            os.write(output, encode({"id": line.get("id"), "error": missing}))
            continue
        os.write(output, encode(_run(speak, line)))


if __name__ == "__main__":
    main()
