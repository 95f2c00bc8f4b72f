"""What states that bring in another person have in common."""

from __future__ import annotations

from pydantic import Field

from ivr.verbs.fields import Flag, Prompt, Text
from ivr.verbs.state import State


class Leg(State):
    """`pop` is what they see, `whisper` what they hear first."""

    pop: list[Text] = Field(default_factory=list)
    whisper: Prompt | None = None
    record: Flag | None = None
