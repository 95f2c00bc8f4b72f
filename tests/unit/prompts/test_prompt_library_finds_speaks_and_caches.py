"""A segment becomes a prompt: the site's file first, else the voice; failures say what to mend."""

import asyncio
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from media.contract import MediaEngine, PromptId, Segment
from media.prompts import PromptLibrary
from media.riff import RATE_HZ
from media.voice import VoiceError
from media.wav import read_wav, write_wav


class CountingVoice:
    """Says each text as a tone; counts how often it was asked, and how many at once."""

    name = "counting-1"

    def __init__(self) -> None:
        self.spoken: list[str] = []
        self.at_once = self.most_at_once = 0

    async def speak(self, text: str, language: str, path: Path) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.spoken.append(text)
        self.at_once -= 1
        if text == "unspeakable":
            raise VoiceError("nothing in this text can be spoken")
        write_wav(path, np.sin(np.arange(RATE_HZ // 10) * len(text)) / 2)

    async def close(self) -> None:
        pass


class ListEngine:
    """Keeps the samples of what it is given to load."""

    def __init__(self) -> None:
        self.loaded: list[Path] = []
        self.unloaded: list[PromptId] = []

    def load_prompt(self, path: Path) -> PromptId:
        read_wav(path)
        self.loaded.append(path)
        return PromptId(len(self.loaded))

    def unload_prompt(self, prompt: PromptId) -> None:
        self.unloaded.append(prompt)


def library(tmp_path: Path) -> tuple[PromptLibrary, ListEngine, CountingVoice, Path]:
    engine, voice, folder = ListEngine(), CountingVoice(), tmp_path / "prompts"
    folder.mkdir(exist_ok=True)
    made = PromptLibrary(cast(MediaEngine, engine), [folder], tmp_path / "cache", voice)
    return made, engine, voice, folder


def site_file(folder: Path, name: str, length: int) -> None:
    write_wav(folder / name, np.full(length, 0.1))


async def test_the_languages_own_file_wins_over_the_common_one_and_over_text(
    tmp_path: Path,
) -> None:
    prompts, engine, voice, folder = library(tmp_path)
    site_file(folder, "shop/welcome.en.wav", 111)
    site_file(folder, "shop/welcome.wav", 222)
    english = Segment("en", "Welcome", "shop/welcome")
    chinese = Segment("zh", "欢迎", "shop/welcome")
    assert await prompts.prepare([english, chinese]) == []
    lengths = [len(read_wav(path)[0]) for path in engine.loaded]
    assert sorted(lengths) == [111, 222]
    assert voice.spoken == []
    assert prompts.ready(english) != prompts.ready(chinese)


async def test_text_is_spoken_once_and_kept_for_the_next_start(tmp_path: Path) -> None:
    wanted = [Segment("en", f"line {n}") for n in range(6)] + [Segment("en", "line 1")]
    for start in range(2):
        prompts, engine, voice, _ = library(tmp_path)
        told: list[tuple[int, int]] = []
        failed = await prompts.prepare(
            wanted, lambda done, of, _, told=told: told.append((done, of))
        )
        assert failed == []
        assert told == [(n, 6) for n in range(1, 7)]
        assert len(engine.loaded) == 6
        assert len(voice.spoken) == (6 if start == 0 else 0)
        assert voice.most_at_once <= 2


async def test_what_is_said_in_a_call_shares_one_rendering_and_stays_off_the_disk(
    tmp_path: Path,
) -> None:
    prompts, _, voice, _ = library(tmp_path)
    name = Segment("en", "Good day, Mrs Wang")
    assert prompts.ready(name) is None
    got: list[PromptId | None] = []
    done = asyncio.Event()
    prompts.request(name, got.append)
    prompts.request(name, lambda prompt: (got.append(prompt), done.set())[1])
    await asyncio.wait_for(done.wait(), 5)
    assert got == [PromptId(1), PromptId(1)]
    assert voice.spoken == [name.text]
    assert prompts.ready(name) == PromptId(1)
    assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]


async def said(prompts: PromptLibrary, text: str) -> PromptId | None:
    done: asyncio.Future[PromptId | None] = asyncio.get_running_loop().create_future()
    prompts.request(Segment("en", text), done.set_result)
    return await asyncio.wait_for(done, 5)


async def test_of_what_calls_ask_for_the_latest_stay_and_prepared_ones_always(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.prompts.MAX_PASSING", 2)
    monkeypatch.setattr("media.prompts.LEAST_S", -1.0)
    prompts, engine, _, _ = library(tmp_path)
    await prompts.prepare([Segment("en", "welcome")])
    first, second = await said(prompts, "Mrs Wang"), await said(prompts, "Mr Li")
    assert prompts.ready(Segment("en", "Mrs Wang")) == first  # asked for again
    await said(prompts, "Mrs Zhao")
    assert engine.unloaded == [second]
    assert prompts.ready(Segment("en", "Mr Li")) is None
    assert prompts.ready(Segment("en", "welcome")) is not None
    await prompts.prepare([Segment("en", "Mrs Wang")])  # a new site says it always
    for text in ("a", "b", "c"):
        await said(prompts, text)
    assert prompts.ready(Segment("en", "Mrs Wang")) == first


async def test_a_prompt_that_may_still_be_played_is_not_unloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.prompts.MAX_PASSING", 1)
    prompts, engine, _, _ = library(tmp_path)
    for text in ("one", "two", "three"):
        await said(prompts, text)
    assert engine.unloaded == []


async def test_a_recording_that_comes_or_changes_is_heard_after_the_next_preparation(
    tmp_path: Path,
) -> None:
    prompts, engine, voice, folder = library(tmp_path)
    welcome = Segment("en", "Welcome", "welcome")
    await prompts.prepare([welcome])
    spoken = prompts.ready(welcome)

    site_file(folder, "welcome.en.wav", 400)
    await prompts.prepare([welcome])
    recorded = prompts.ready(welcome)
    assert recorded != spoken
    assert engine.unloaded == []  # a call may be about to play it

    await prompts.prepare([welcome])
    assert prompts.ready(welcome) == recorded
    site_file(folder, "welcome.en.wav", 800)
    await prompts.prepare([welcome])
    assert prompts.ready(welcome) not in (spoken, recorded)
    (folder / "welcome.en.wav").unlink()
    await prompts.prepare([welcome])
    assert len(engine.loaded) == 4
    assert voice.spoken == ["Welcome"]


async def test_failures_come_back_with_the_reason_and_the_others_are_made(tmp_path: Path) -> None:
    prompts, _, _, folder = library(tmp_path)
    (folder / "broken.wav").write_bytes(b"RIFF this is not audio")
    good = Segment("en", "fine")
    bad = [
        Segment("en", audio="nowhere"),
        Segment("en", audio="broken"),
        Segment("en", audio="../../etc/passwd"),
        Segment("en", audio="/etc/passwd"),
        Segment("en", "unspeakable"),
        Segment("en"),
    ]
    failed = await prompts.prepare([*bad, good])
    assert [segment for segment, _ in failed] == bad
    reasons = [reason for _, reason in failed]
    assert "no nowhere.en.wav and no nowhere.wav" in reasons[0]
    assert "broken.wav" in reasons[1]
    assert "inside the prompt folders" in reasons[2]
    assert "inside the prompt folders" in reasons[3]
    assert prompts.ready(good) is not None


async def test_a_failed_request_is_told_as_none_and_may_be_tried_again(tmp_path: Path) -> None:
    prompts, _, _, folder = library(tmp_path)
    segment = Segment("en", audio="late")
    for expected in (None, PromptId(1)):
        done: asyncio.Future[PromptId | None] = asyncio.get_running_loop().create_future()
        prompts.request(segment, done.set_result)
        assert await asyncio.wait_for(done, 5) == expected
        site_file(folder, "late.wav", 100)


async def test_closing_cancels_what_is_being_rendered(tmp_path: Path) -> None:
    prompts, _, _, _ = library(tmp_path)
    got: list[PromptId | None] = []
    prompts.request(Segment("en", "never heard"), got.append)
    await prompts.close()
    await asyncio.sleep(0)
    assert got == [None]


async def test_hold_music_is_made_once_and_loops_without_a_click(tmp_path: Path) -> None:
    prompts, engine, _, _ = library(tmp_path)
    assert await prompts.prepare([Segment("", audio="hold/soft")]) == []
    samples, rate = read_wav(engine.loaded[0])
    assert rate == RATE_HZ
    assert len(samples) == 20 * RATE_HZ
    steps = np.abs(np.diff(samples))
    assert abs(samples[0] - samples[-1]) <= steps.max()
    assert np.abs(samples).max() == pytest.approx(10 ** (-14 / 20), rel=0.01)
