"""What of a site the switch reads: immutable, typed, already checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NumberBinding:
    """`numbers.yaml`: a called number and the flow that answers it."""

    number: str
    flow: str
    tenant: str = "default"
    trunks: tuple[str, ...] = ()
    open: bool = False
    """Whether callers without an account may reach it."""


@dataclass(frozen=True, slots=True)
class Extension:
    """`extensions.yaml`: an internal number, its SIP account and, maybe, its agent."""

    number: str
    name: str
    agent: str | None = None
    devices: tuple[str, ...] = ("phone",)
    caller_number: str | None = None
    """The public number this account calls with; its own number if not given."""


@dataclass(frozen=True, slots=True)
class QueueAgent:
    """An agent's place in a queue."""

    name: str
    skills: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QueueSpec:
    """`queues.yaml`: how a queue distributes."""

    name: str
    agents: tuple[QueueAgent, ...]
    strategy: str = "longest_waiting"
    ring_s: float = 20.0
    wrap_up_s: float = 30.0
    when_unwritable: str = "refuse"
    """`refuse` or `continue unrecorded`."""
    music: str | None = None
    max_wait_s: float | None = None
    max_length: int | None = None
    page_required: bool = True
    """Whether an agent without a connected page may not be offered contacts."""
    record: bool = True
    tenant: str = "default"


@dataclass(frozen=True, slots=True)
class SwitchSite:
    """The switch's part of a site snapshot; swapped whole on reload."""

    numbers: Mapping[str, NumberBinding] = field(default_factory=dict)
    extensions: Mapping[str, Extension] = field(default_factory=dict)
    queues: Mapping[str, QueueSpec] = field(default_factory=dict)
    mailboxes: frozenset[str] = frozenset()
    default_music: str | None = None

    def extension_of(self, agent: str) -> Extension | None:
        """The extension where an agent sits."""
        return next((e for e in self.extensions.values() if e.agent == agent), None)
