"""What every state has, and what every asking state has."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from ivr.verbs.fields import Count, Flag, Prompt, Seconds, StateName


class Model(BaseModel):
    """The root of all parts of a flow: frozen, and nothing unknown is accepted."""

    model_config = ConfigDict(
        defer_build=True,  # the file's model has all of them: none is ever built by itself
        extra="forbid",
        populate_by_name=True,
        frozen=True,
        arbitrary_types_allowed=True,
    )


class State(Model):
    """A state does one thing: its verb. `limit` is how often one call may enter it."""

    verb: ClassVar[str] = ""

    note: str | None = None
    limit: Count | None = None
    on_limit: StateName | None = None
    on_error: StateName | None = None


class Linear(State):
    """A state with one ordinary way out."""

    next: StateName


class AskOptions(Model):
    """The options of all states that ask the caller; None takes the flow's `defaults`."""

    timeout: Seconds | None = None
    digit_timeout: Seconds | None = None
    retries: Annotated[int, Field(strict=True, ge=0, le=9)] | None = None
    barge_in: Flag | None = None
    no_input: Prompt | None = None
    invalid: Prompt | None = None
    on_no_input: StateName | None = None
    on_invalid: StateName | None = None


class Asking(State, AskOptions):
    """A state that asks the caller something."""


class Defaults(AskOptions):
    """`defaults:` of a flow."""

    timeout: Seconds = 6.0
    digit_timeout: Seconds = 3.0
    retries: Annotated[int, Field(strict=True, ge=0, le=9)] = 2
    barge_in: Flag = True
