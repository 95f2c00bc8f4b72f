"""What is said exists (L120), in all languages (L121), with its sound (L122), is used (L123)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from base.problem import Problem
from ivr.checks.view import View
from ivr.flow import prompts_of
from ivr.verbs.fields import Prompt

_NAME = re.compile(r"[a-z]\w*")
Path = tuple[str | int, ...]


def check(view: View) -> Iterator[Problem]:
    """L120 to L123."""
    spoken = list(_spoken(view))
    for path, prompt in spoken:
        yield from _one(view, path, prompt)
    used = {prompt for _, prompt in spoken if isinstance(prompt, str)}
    for name in view.flow.prompts:
        if name not in used:
            path = ("prompts", name)
            yield view.found("L123", path, "never_spoken", level="warning", name=name)
    yield from _audio(view)


def _spoken(view: View) -> Iterator[tuple[Path, Prompt]]:
    for key in ("no_input", "invalid"):
        prompt = getattr(view.flow.defaults, key)
        if prompt is not None:
            yield ("defaults", key), prompt
    for name, state in view.flow.states.items():
        for path, prompt in prompts_of(state):
            yield ("states", name, *path), prompt


def _one(view: View, path: Path, prompt: Prompt) -> Iterator[Problem]:
    flow = view.flow
    if isinstance(prompt, str) and prompt not in flow.prompts:
        if _NAME.fullmatch(prompt):
            yield view.unknown("L120", path, "no_prompt", prompt, flow.prompts)
            return
        missing = list(flow.languages[1:])
    else:
        texts = flow.prompts[prompt] if isinstance(prompt, str) else prompt
        missing = [language for language in flow.languages if language not in texts]
        if isinstance(prompt, str):
            path = ("prompts", prompt)
    if missing:
        told = ", ".join(missing)
        yield view.found("L121", path, "prompt_language", value=True, languages=told)


def _audio(view: View) -> Iterator[Problem]:
    if view.site is None or view.site.audio is None:
        return
    for name, texts in view.flow.prompts.items():
        audio = texts.get("audio")
        if audio is None:
            continue
        for language in view.flow.languages:
            files = (f"{audio}.{language}.wav", f"{audio}.wav")
            if not any(file in view.site.audio for file in files):
                spoken = language in texts
                yield view.found(
                    "L122",
                    ("prompts", name, "audio"),
                    "no_audio",
                    remedy="voice_instead" if spoken else None,
                    level="warning" if spoken else "error",
                    value=True,
                    name=files[0],
                )
