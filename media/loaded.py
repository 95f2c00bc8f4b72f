"""The prompts that an engine holds: one a content, counted by who loaded it."""

from __future__ import annotations

import hashlib
import itertools
from dataclasses import dataclass

from base.errors import UsageError
from media import _engine
from media.contract import PromptId


@dataclass(slots=True)
class _Loaded:
    prompt: _engine.Prompt
    content: bytes
    """SHA-256 of its samples."""
    loads: int = 1


class LoadedPrompts:
    """Prompts by id. What plays holds the engine's own reference: a removal cuts nothing."""

    def __init__(self) -> None:
        self._loaded: dict[PromptId, _Loaded] = {}
        self._by_content: dict[bytes, PromptId] = {}
        self._ids = itertools.count(1)

    def add(self, pcm16: bytes) -> PromptId:
        """A prompt of these samples (PCM16, 8 kHz), new or one load more."""
        content = hashlib.sha256(pcm16).digest()
        known = self._by_content.get(content)
        if known is not None:
            self._loaded[known].loads += 1
            return known
        prompt = PromptId(next(self._ids))
        self._loaded[prompt] = _Loaded(_engine.Prompt(pcm16), content)
        self._by_content[content] = prompt
        return prompt

    def remove(self, prompt: PromptId) -> None:
        """One load less; unknown ids are ignored."""
        held = self._loaded.get(prompt)
        if held is None:
            return
        held.loads -= 1
        if held.loads == 0:
            del self._loaded[prompt]
            del self._by_content[held.content]

    def find(self, prompt: PromptId) -> _engine.Prompt:
        """The engine's side of a prompt; raises `UsageError` if there is none."""
        held = self._loaded.get(prompt)
        if held is None:
            raise UsageError(f"no such prompt: {prompt}")
        return held.prompt
