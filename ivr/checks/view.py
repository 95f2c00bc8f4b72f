"""What all checks look at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from base.document import Document, Path, did_you_mean
from base.messages import Message, message
from base.problem import Level, Problem
from ivr.flow import Flow, edges
from ivr.messages import MESSAGES


@dataclass(frozen=True, slots=True)
class SiteNames:
    """The names that a site knows; None: this kind is not checked."""

    queues: Collection[str] | None = None
    calendars: Collection[str] | None = None
    mailboxes: Collection[str] | None = None
    extensions: Collection[str] | None = None
    music: Collection[str] | None = None
    flows: Collection[str] | None = None
    audio: Collection[str] | None = None
    """Sound files as `shop/welcome.en.wav`."""


@dataclass(frozen=True)
class View:
    """A flow with its document and its graph."""

    flow: Flow
    document: Document
    site: SiteNames | None

    @cached_property
    def ways(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """State -> its written ways out (and those of the defaults): label, target."""
        return {name: tuple(edges(self.flow, name)) for name in self.flow.states}

    @cached_property
    def next_states(self) -> dict[str, frozenset[str]]:
        """State -> where a call may go from it, errors included."""
        found: dict[str, frozenset[str]] = {}
        for name, ways in self.ways.items():
            targets = {target for _, target in ways}
            if self.flow.on_error is not None and name != self.flow.on_error:
                targets.add(self.flow.on_error)
            found[name] = frozenset(targets)
        return found

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """Where a call begins, or jumps to."""
        flow = self.flow
        return tuple(root for root in (flow.start, flow.on_error, flow.on_hangup) if root)

    def found(
        self,
        code: str,
        path: Path,
        text: str,
        *,
        remedy: Message | str | None = None,
        level: Level = "error",
        value: bool = False,
        **args: object,
    ) -> Problem:
        """A finding with a message of our catalogue."""
        hint = message(MESSAGES, remedy) if isinstance(remedy, str) else remedy
        told = message(MESSAGES, text, **args)
        return self.document.problem(code, path, told, hint, level, value)

    def unknown(
        self,
        code: str,
        path: Path,
        text: str,
        name: str,
        known: Collection[str],
        level: Level = "error",
        **args: object,
    ) -> Problem:
        """A name that is not there, with the nearest that is."""
        near = did_you_mean(name, known)
        return self.found(code, path, text, remedy=near, level=level, value=True, name=name, **args)

    def cycles(self, nodes: Collection[str], follow: dict[str, tuple[str, ...]]) -> list[list[str]]:
        """One loop for each back edge among `nodes`, found without recursion."""
        colour: dict[str, int] = {}
        loops: list[list[str]] = []
        for root in nodes:
            if root in colour:
                continue
            stack = [(root, iter(follow.get(root, ())))]
            trail = [root]
            colour[root] = 1
            while stack:
                name, rest = stack[-1]
                target = next((each for each in rest if each in nodes), None)
                if target is None:
                    colour[name] = 2
                    stack.pop()
                    trail.pop()
                elif colour.get(target) == 1:
                    loops.append([*trail[trail.index(target) :], target])
                elif target not in colour:
                    colour[target] = 1
                    trail.append(target)
                    stack.append((target, iter(follow.get(target, ()))))
        return loops
