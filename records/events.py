"""What happened to the log itself, to recordings after the call, and what others observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from base.events import Durability, Event


@dataclass(frozen=True, slots=True)
class Observed(Event):
    """Something that only a phone, a page or an app can know, told by it (`source`)."""

    kind: ClassVar[str] = "observation"
    name: str
    """`audio.customer_hears_agent`, `page.opened`: `[a-z_]+\\.[a-z_]+`."""
    source: str
    call: str | None = None
    case: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallLost(Event):
    """The node died while the call was up; told at its next start."""

    kind: ClassVar[str] = "call.lost"
    call: str


@dataclass(frozen=True, slots=True)
class RecordingSealed(Event):
    """The recording is a file with a checksum; its spool may go."""

    kind: ClassVar[str] = "recording.sealed"
    durability: ClassVar[Durability] = Durability.BEFORE_EFFECT
    recording: str
    call: str
    path: str
    """Relative to the archive's root."""
    channels: int
    seconds: float
    keep_until: str
    """RFC 3339 in UTC."""
    sha256: str
    case: str | None = None
    mailbox: str = ""


@dataclass(frozen=True, slots=True)
class RecordingSealFailed(Event):
    """The spool could not be sealed; it stays where it is."""

    kind: ClassVar[str] = "recording.seal_failed"
    recording: str
    call: str
    reason: str
    attempt: int
    retry_in_s: float | None
    """None: it will be tried again at the next start only."""


@dataclass(frozen=True, slots=True)
class RecordingPlayed(Event):
    """Somebody listened to a recording."""

    kind: ClassVar[str] = "recording.played"
    durability: ClassVar[Durability] = Durability.BEFORE_EFFECT
    recording: str
    call: str
    who: str


@dataclass(frozen=True, slots=True)
class RecordingDeletionRefused(Event):
    """Somebody wanted to delete a recording that must be kept."""

    kind: ClassVar[str] = "recording.deletion_refused"
    durability: ClassVar[Durability] = Durability.BEFORE_EFFECT
    recording: str
    call: str | None
    who: str
    reason: str
    """`retention`, `legal_hold`, `not_sealed`, `already_deleted`, `unknown`."""
    keep_until: str | None


@dataclass(frozen=True, slots=True)
class RecordingDeletionOrdered(Event):
    """A deletion is allowed and begins."""

    kind: ClassVar[str] = "recording.deletion_ordered"
    durability: ClassVar[Durability] = Durability.BEFORE_EFFECT
    recording: str
    call: str
    who: str


@dataclass(frozen=True, slots=True)
class RecordingDeleted(Event):
    """The file and its sidecar are gone; the row is a tombstone."""

    kind: ClassVar[str] = "recording.deleted"
    durability: ClassVar[Durability] = Durability.BEFORE_EFFECT
    recording: str
    call: str
    who: str
    sha256: str


@dataclass(frozen=True, slots=True)
class StoreLost(Event):
    """Alarm: the log's store does not take events; they go to the disk spool."""

    kind: ClassVar[str] = "log.store_lost"
    reason: str


@dataclass(frozen=True, slots=True)
class StoreReturned(Event):
    """The store takes events again and has all that was spooled."""

    kind: ClassVar[str] = "log.store_returned"
    spooled: int
    lost: int
    """Events that neither store nor spool nor memory could keep."""
