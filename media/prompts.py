"""The prompt library: what a flow wants heard becomes a prompt in the engine.

A segment's `audio` is looked up in the site's folders; where no such file is, its `text` is
spoken by the voice. What is prepared ahead is kept in the cache, by a hash of voice, language and
text; what is asked for during a call may hold a person's data and is kept in memory only, and
there for a while only.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from media.contract import MediaEngine, MediaError, NotAudioError, PromptId, Segment
from media.voice import Voice

MAX_PASSING: Final = 256
"""Prompts of calls that are kept: those asked for lately, in case they are asked for again."""
LEAST_S: Final = 10.0
"""A prompt that was given to a call stays this long: it may wait for the others it plays with."""

_AT_ONCE: Final = 2
_GENERATED: Final = frozenset({"hold/soft"})
"""Audio that is always there; a file of the same name in a site folder wins."""

Progress = Callable[[int, int, Segment], None]
"""Told after each prepared segment: how many are done, of how many, and which it was."""


_Source = tuple[Path, int, int]
"""A file, the time of its last change, its size."""


class MissingPromptError(MediaError):
    """No file, and no text to speak instead."""


class PromptLibrary:
    """Fills `media.contract.PromptSource`.

    `folders` are searched in order for `shop/welcome.en.wav`, then `shop/welcome.wav`. Files in
    another WAV format than 8 kHz mono PCM16 are converted once, into `cache`. Use it on the
    loop's thread only; `close` waits for nothing and cancels what is being rendered.
    """

    def __init__(
        self, engine: MediaEngine, folders: Sequence[Path], cache: Path, voice: Voice
    ) -> None:
        self._engine = engine
        self._folders = tuple(folders)
        self._cache = cache
        self._voice = voice
        self._loaded: dict[Segment, PromptId] = {}
        self._passing: OrderedDict[Segment, float] = OrderedDict()
        """What no site file asks for, and when it was asked for last; the longest ago first."""
        self._sources: dict[Segment, _Source | None] = {}
        """The file that a segment with `audio` was loaded from; None: spoken or generated."""
        self._replaced: list[tuple[float, PromptId]] = []
        """What changed files have taken the place of, and when; calls may still play it."""
        self._rendering: dict[Segment, asyncio.Task[PromptId]] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    def ready(self, segment: Segment) -> PromptId | None:
        """The prompt if it is rendered and loaded; never does any work."""
        if segment in self._passing:
            self._asked_for(segment)
        return self._loaded.get(segment)

    def request(self, segment: Segment, done: Callable[[PromptId | None], None]) -> None:
        """Render and load it; `done` is called on the loop, later, with None if it failed.

        Requests for the same segment share one rendering.
        """
        loop = asyncio.get_running_loop()
        loaded = self.ready(segment)
        if loaded is not None:
            loop.call_soon(done, loaded)
            return

        def finished(task: asyncio.Task[PromptId]) -> None:
            done(None if task.cancelled() or task.exception() is not None else task.result())

        self._task(segment, keep=False).add_done_callback(finished)

    async def prepare(
        self, segments: Iterable[Segment], progress: Progress | None = None
    ) -> list[tuple[Segment, str]]:
        """Render and load all, two at a time; those that failed come back with the reason.

        A sound whose file has come, gone or changed since is loaded again.
        """
        self._unload_replaced()
        named = dict.fromkeys(segments)
        for segment in named:
            self._passing.pop(segment, None)
        wanted = [one for one in named if one not in self._loaded or self._changed(one)]
        failed: list[tuple[Segment, str]] = []
        finished = 0

        async def one(segment: Segment) -> None:
            nonlocal finished
            try:
                await asyncio.shield(self._task(segment, keep=True))
                self._passing.pop(segment, None)  # a call may have asked first
            except MediaError as error:
                failed.append((segment, str(error)))
            finished += 1
            if progress is not None:
                progress(finished, len(wanted), segment)

        async with asyncio.TaskGroup() as group:
            for segment in wanted:
                group.create_task(one(segment))
        order = {segment: number for number, segment in enumerate(wanted)}
        return sorted(failed, key=lambda entry: order[entry[0]])

    async def close(self) -> None:
        """Cancel what is being rendered and end the voice. Idempotent."""
        tasks = list(self._rendering.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._voice.close()

    def _task(self, segment: Segment, *, keep: bool) -> asyncio.Task[PromptId]:
        task = self._rendering.get(segment)
        if task is None:
            task = asyncio.create_task(self._load(segment, keep), name="prompt")
            self._rendering[segment] = task
            task.add_done_callback(lambda _: self._rendering.pop(segment))
            # A failure is told by whoever waits; with nobody waiting it is nobody's concern.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    async def _load(self, segment: Segment, keep: bool) -> PromptId:
        async with self._slots:
            try:
                path = await self._file(segment)
                if path is None:
                    prompt = await self._spoken(segment, keep)
                else:
                    prompt = self._engine.load_prompt(path)
            except OSError as error:
                raise MissingPromptError(f"{_title(segment)}: {error}") from error
        before = self._loaded.get(segment)
        if before is not None:
            self._replaced.append((asyncio.get_running_loop().time(), before))
        self._loaded[segment] = prompt
        if not keep:
            self._asked_for(segment)
            self._unload_oldest()
        return prompt

    def _asked_for(self, segment: Segment) -> None:
        self._passing[segment] = asyncio.get_running_loop().time()
        self._passing.move_to_end(segment)

    def _unload_oldest(self) -> None:
        before = asyncio.get_running_loop().time() - LEAST_S
        while len(self._passing) > MAX_PASSING and next(iter(self._passing.values())) < before:
            segment, _ = self._passing.popitem(last=False)
            self._sources.pop(segment, None)
            self._engine.unload_prompt(self._loaded.pop(segment))

    def _unload_replaced(self) -> None:
        before = asyncio.get_running_loop().time() - LEAST_S
        while self._replaced and self._replaced[0][0] < before:
            self._engine.unload_prompt(self._replaced.pop(0)[1])

    def _changed(self, segment: Segment) -> bool:
        if segment.audio is None:
            return False
        found = self._find(segment.audio, segment.language)
        return self._sources.get(segment) != _source(found)

    async def _file(self, segment: Segment) -> Path | None:
        """A file the engine can load, converted or generated first; None where text will do."""
        if segment.audio is not None:
            found = self._find(segment.audio, segment.language)
            self._sources.pop(segment, None)
            source = _source(found)
            if found is not None:
                converted = await asyncio.to_thread(self._converted, found)
                self._sources[segment] = source
                return converted
            if segment.audio in _GENERATED:
                return await asyncio.to_thread(self._generated, segment.audio)
        if not segment.text:
            raise MissingPromptError(self._missing(segment))
        return None

    def _find(self, audio: str, language: str) -> Path | None:
        parts = PurePosixPath(audio).parts
        if not parts or parts[0] == "/" or ".." in parts:
            raise MissingPromptError(f"{audio}: must be a path inside the prompt folders")
        names = [f"{audio}.{language}.wav"] if language else []
        for name in [*names, f"{audio}.wav"]:
            for folder in self._folders:
                if (folder / name).is_file():
                    return folder / name
        return None

    def _missing(self, segment: Segment) -> str:
        if segment.audio is None:
            return "a segment without audio and without text"
        folders = ", ".join(map(str, self._folders)) or "no prompt folder"
        return (
            f"{segment.audio}: no {segment.audio}.{segment.language}.wav and no "
            f"{segment.audio}.wav in {folders}; add the file or give a text to speak"
        )

    def _converted(self, path: Path) -> Path:
        content = path.read_bytes()
        target = self._cache / "converted" / f"{hashlib.sha256(content).hexdigest()}.wav"
        if not target.is_file():
            from media.wav import read_wav, resample, write_wav  # numpy: only for what is new

            samples, rate = read_wav(path)
            if len(samples) == 0:
                raise NotAudioError(f"{path}: no audio in it")
            write_wav(target, resample(samples, rate))
        return target

    def _generated(self, audio: str) -> Path:
        target = self._cache / "generated" / f"{audio.replace('/', '-')}-1.wav"
        if not target.is_file():
            from media.music import soft_loop
            from media.wav import write_wav

            write_wav(target, soft_loop())
        return target

    async def _spoken(self, segment: Segment, keep: bool) -> PromptId:
        key = "\0".join((self._voice.name, segment.language, segment.text)).encode()
        name = f"{hashlib.sha256(key).hexdigest()}.wav"
        kept = self._cache / "spoken" / name
        target = kept if keep or kept.is_file() else self._cache / "passing" / name
        if not target.is_file():
            await self._voice.speak(segment.text, segment.language, target)
        try:
            return self._engine.load_prompt(target)
        finally:
            if target is not kept:
                target.unlink(missing_ok=True)


def _source(path: Path | None) -> _Source | None:
    if path is None:
        return None
    try:
        status = path.stat()
    except OSError:  # gone since: the next look finds out
        return None
    return path, status.st_mtime_ns, status.st_size


def _title(segment: Segment) -> str:
    return segment.audio or f"{segment.language}: {segment.text[:40]}"
