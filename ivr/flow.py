"""A flow: the typed, immutable form of one YAML file."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from ivr.spoken import trouble
from ivr.testing.model import Test
from ivr.verbs import VERBS, verbs_of
from ivr.verbs.collect import Collect
from ivr.verbs.fields import LanguageTag, Prompt, StateName, Text, Variable
from ivr.verbs.queue import Announce
from ivr.verbs.state import Asking, Defaults, Model, State
from ivr.verbs.survey import Survey
from media.contract import Segment


def _verb(value: Any) -> str | None:
    if not isinstance(value, dict):
        return getattr(type(value), "verb", None)
    verbs = verbs_of(value)
    return verbs[0] if len(verbs) == 1 else None


def _states() -> Any:
    annotated: Any = Annotated
    tagged = [annotated[verb.model, Tag(name)] for name, verb in VERBS.items()]
    return annotated[functools.reduce(operator.or_, tagged), Discriminator(_verb)]


PromptKey = Annotated[str, Field(pattern=r"^([a-z]{2}(-[A-Za-z]{2,4})?|audio)$")]


class FlowFile(Model):
    """The whole of a flow file."""

    flow: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    title: str | None = None
    note: str | None = None
    languages: Annotated[list[LanguageTag], Field(min_length=1)] = Field(
        default_factory=lambda: ["en"]
    )
    start: StateName
    record: Literal["never", "always", "ask"] = "never"
    on_error: StateName | None = None
    on_hangup: StateName | None = None
    inputs: dict[Variable, Any] = Field(default_factory=dict)
    vars: dict[Variable, Any] = Field(default_factory=dict)
    defaults: Defaults = Defaults()
    prompts: dict[Variable, dict[PromptKey, Text]] = Field(default_factory=dict)
    states: Annotated[dict[StateName, _states()], Field(min_length=1)]  # type: ignore[valid-type]
    mocks: dict[str, Any] = Field(default_factory=dict)
    tests: list[Test] = Field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """A compiled flow: what calls run. `version` is a hash of the file's text."""

    name: str
    version: str
    file: str
    title: str
    languages: tuple[str, ...]
    start: str
    record: str
    on_error: str | None
    on_hangup: str | None
    initial: Mapping[str, Any]
    """`inputs`, `vars`, and every name that a state may set, as null."""
    defaults: Defaults
    prompts: Mapping[str, Mapping[str, str]]
    states: Mapping[str, State]
    mocks: Mapping[str, Any]
    tests: tuple[Test, ...]
    protected: Mapping[str, str] = field(default_factory=dict)
    """Names whose values nobody may see: `all` or `last4`."""

    def segment(self, prompt: Prompt, language: str) -> Segment:
        """A prompt in `language`, else in the first language that it has; `${…}` still in it."""
        if isinstance(prompt, str):
            texts = self.prompts.get(prompt)
            if texts is None:
                return Segment(language, prompt)
        else:
            texts = prompt
        for tried in (language, *self.languages):
            if tried in texts:
                return Segment(tried, texts[tried], texts.get("audio"))
        return Segment(language, "", texts.get("audio"))

    def fixed_segments(self) -> frozenset[Segment]:
        """All that can be rendered before a call: texts without `${…}`, in every language."""
        spoken = [prompt for state in self.states.values() for _, prompt in prompts_of(state)]
        spoken += [each for each in (self.defaults.no_input, self.defaults.invalid) if each]
        sounds = {Segment("", "", music) for music in self._named("music")}
        sounds |= {Segment(each, "", f) for f in self._named("play") for each in self.languages}
        sounds |= {Segment(each, trouble(each)) for each in self.languages}
        texts = {self.segment(each, language) for each in spoken for language in self.languages}
        return frozenset(segment for segment in texts | sounds if "${" not in segment.text)

    def _named(self, option: str) -> frozenset[str]:
        found = {getattr(state, option, None) for state in self.states.values()}
        return frozenset(each for each in found if isinstance(each, str) and "${" not in each)

    def absent_verbs(self) -> dict[str, str]:
        """States whose verb cannot run here, with the code of the reason."""
        found = ((name, VERBS[state.verb].absent) for name, state in self.states.items())
        return {name: reason for name, reason in found if reason is not None}


def compiled(source: FlowFile, version: str, file: str) -> Flow:
    """The flow of a file that fits the grammar."""
    states: dict[str, State] = source.states
    saved = {name: None for state in states.values() for name in saves(state)}
    protected = {
        state.collect: "last4" if state.mask == "last4" and not state.pci else "all"
        for state in states.values()
        if isinstance(state, Collect) and (state.mask or state.pci)
    }
    return Flow(
        source.flow,
        version,
        file,
        source.title or source.flow,
        tuple(source.languages),
        source.start,
        source.record,
        source.on_error,
        source.on_hangup,
        {**saved, **source.inputs, **source.vars},
        source.defaults,
        source.prompts,
        states,
        source.mocks,
        tuple(source.tests),
        protected,
    )


_EXIT = re.compile(r"next|then|else|on_\w+")


@functools.cache
def _exit_fields(model: type[State]) -> tuple[tuple[str, str], ...]:
    fields = ((key, each.alias or key) for key, each in model.model_fields.items())
    branching = ("choices", "keys", "cases") if model.verb != "language" else ()
    return tuple((k, name) for k, name in fields if _EXIT.fullmatch(name) or name in branching)


def exits(state: State) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every written way out of a state: label, target state, path of the target in the state."""
    for key, name in _exit_fields(type(state)):
        value = getattr(state, key)
        label = name.removeprefix("on_")
        if isinstance(value, dict):
            prefix = "" if name == "cases" else "status " if name == "on_status" else "press "
            yield from ((f"{prefix}{k}", target, (name, k)) for k, target in value.items())
        elif value is not None:
            yield label, value, (name,)


def edges(flow: Flow, name: str) -> Iterator[tuple[str, str]]:
    """Label and target of every way out of a state, the defaults among them."""
    state = flow.states[name]
    for label, target, _ in exits(state):
        yield label, target
    if isinstance(state, Asking):
        for key in ("on_no_input", "on_invalid"):
            inherited = getattr(flow.defaults, key)
            if getattr(state, key) is None and inherited is not None:
                yield f"{key.removeprefix('on_')} (default)", inherited


_PROMPTS = (
    "say",
    "menu",
    "language",
    "prompt",
    "consent",
    "no_input",
    "invalid",
    "confirm",
    "whisper",
    "announce",
    "intro",
    "thanks",
    "text",
)


def prompts_of(state: State) -> Iterator[tuple[tuple[str | int, ...], Prompt]]:
    """What a state may say, with the path in the state."""
    for name in _PROMPTS:
        value = getattr(state, name, None)
        if isinstance(value, Announce):
            if value.say is not None:
                yield ("announce", "say"), value.say
        elif isinstance(value, str | dict) and not (
            state.verb == "voicemail" and name == "language"
        ):
            yield (name,), value
    if isinstance(state, Survey):
        for index, question in enumerate(state.survey):
            yield ("survey", index, "ask"), question.ask


def saves(state: State) -> frozenset[str]:
    """The names that a state sets."""
    found = {getattr(state, key, None) for key in ("save", "collect", "listen")}
    if state.verb == "set":
        found |= set(getattr(state, "set"))  # noqa: B009 - 'set' is the verb's field
    if isinstance(state, Survey):
        found |= {question.save for question in state.survey}
    return frozenset(name for name in found if isinstance(name, str))
