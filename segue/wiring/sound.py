"""The part that is heard: the media engine, the voice, the prompt library."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from media.contract import MediaEvent, PromptId, Segment
from media.face import RtpEngine
from media.prompts import PromptLibrary
from media.voice import EspeakVoice
from segue.settings import Settings
from segue.site import Site

FILLER = "hold/soft"
"""What a caller hears while a text is still being rendered: always there, in any site."""


@dataclass(slots=True)
class Ear:
    """Takes what the engine tells to whoever listens; nobody does until the calls are there."""

    listener: Callable[[MediaEvent], None] | None = None

    def __call__(self, event: MediaEvent) -> None:
        """The engine tells."""
        if self.listener is not None:
            self.listener(event)


@dataclass(frozen=True, slots=True)
class Sound:
    """The engine and the prompts."""

    engine: RtpEngine
    prompts: PromptLibrary
    ear: Ear = field(default_factory=Ear)

    @property
    def filler(self) -> PromptId | None:
        """For the time that a prompt is not ready; None where it could not be made."""
        return self.prompts.ready(music_segment(FILLER))

    def music(self, name: str | None) -> tuple[PromptId, ...]:
        """A piece of music that was prepared; silence where there is none."""
        prompt = self.prompts.ready(music_segment(name)) if name else None
        return () if prompt is None else (prompt,)


def music_segment(name: str) -> Segment:
    """Music has no language and no words."""
    return Segment(language="", audio=name)


@contextlib.asynccontextmanager
async def sound_part(settings: Settings, site: Site) -> AsyncIterator[Sound]:
    """Start the engine; its threads and ports are gone when the block ends."""
    ear = Ear()
    engine = RtpEngine(settings.listen, settings.rtp_ports, ear)
    engine.start(asyncio.get_running_loop())
    prompts = PromptLibrary(
        engine, [site.prompt_folder], settings.data_dir / "prompts", EspeakVoice()
    )
    try:
        yield Sound(engine, prompts, ear)
    finally:
        await prompts.close()
        engine.close()
