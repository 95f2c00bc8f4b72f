"""The chat channel: what was said, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from handoff.channels.event import ChannelEvent

Speaker = Literal["customer", "bot", "agent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSaid(ChannelEvent):
    """A line of a chat."""

    channel: ClassVar[str] = "chat"
    what: ClassVar[str] = "message"
    who: Speaker
    text: str
