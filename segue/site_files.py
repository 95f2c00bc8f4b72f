"""The grammar of each site file, as pydantic models; places of mistakes come from the document."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _seconds(value: Any) -> float:
    """`20s`, `1500ms`, `2m`, `1h` in seconds."""
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
    if isinstance(value, str):
        digits = value.rstrip("mshd")
        if digits.isdecimal() and value[len(digits) :] in units:
            return int(digits) * units[value[len(digits) :]]
    raise ValueError("S020")


Duration = Annotated[float, BeforeValidator(_seconds)]
Number = Annotated[str, Field(pattern=r"^\+?[0-9*#]{1,20}$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Entry(BaseModel):
    """The root of all entries: nothing unknown gets through."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NumberEntry(Entry):
    """A line of `numbers.yaml`."""

    flow: Name
    tenant: Name = "default"
    trunks: tuple[str, ...] = ()
    open: bool = False
    handoff: bool = False
    """Whether handoffs tell customers to call this number."""


class ExtensionEntry(Entry):
    """A line of `extensions.yaml`."""

    name: str
    agent: Name | None = None
    devices: tuple[Literal["phone", "browser"], ...] = ("phone",)
    caller_number: Number | None = None


class QueueAgentEntry(Entry):
    """An agent's place in a queue."""

    name: Name
    skills: dict[Name, Annotated[int, Field(ge=1, le=10)]] = {}


class QueueEntryFile(Entry):
    """A queue of `queues.yaml`."""

    strategy: Literal["longest_waiting"] = "longest_waiting"
    ring: Duration = 20.0
    wrap_up: Duration = 30.0
    when_unwritable: Literal["refuse", "continue unrecorded"] = "refuse"
    agents: tuple[QueueAgentEntry, ...] = ()
    music: str | None = None
    max_wait: Duration | None = None
    max_length: Annotated[int, Field(ge=1)] | None = None
    page_required: bool = True
    record: bool = True
    tenant: Name = "default"


class SecretRef(Entry):
    """A secret by its name."""

    secret: Name


class BearerAuth(Entry):
    """Bearer authentication."""

    bearer: SecretRef


class ConnectionEntry(Entry):
    """A system outside that flows may ask."""

    base: Annotated[str, Field(pattern=r"^https?://\S+$")]
    auth: BearerAuth | None = None
    timeout: Duration = 5.0
    retries: Annotated[int, Field(ge=0, le=5)] = 0


class MailboxEntry(Entry):
    """A mailbox of `mailboxes.yaml`."""

    name: str
    title: str = ""


class DispositionEntry(Entry):
    """What an agent may choose after a contact."""

    en: str
    zh: str
