"""What a flow's test can say."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ivr.verbs.fields import Text
from ivr.verbs.state import Model


class Given(Model):
    """What the outside world is and answers in one test."""

    time: Text | None = None
    caller: Text = "+8613800138000"
    called: Text = "+864001234567"
    language: Text | None = None
    headers: dict[str, Any] = Field(default_factory=dict)
    vars: dict[str, Any] = Field(default_factory=dict)
    hours: dict[str, Any] = Field(default_factory=dict)
    http: dict[str, Any] = Field(default_factory=dict)
    lookup: dict[str, Any] = Field(default_factory=dict)
    knowledge: dict[str, Any] = Field(default_factory=dict)
    bot: dict[str, Any] = Field(default_factory=dict)
    call: dict[str, Any] = Field(default_factory=dict)
    journey: dict[str, Any] | None = None
    match: dict[str, Any] = Field(default_factory=dict)


class Expect(Model):
    """What must be true in the end."""

    ends: Text | None = None
    path: list[Text] = Field(default_factory=list)
    tags: dict[str, Any] = Field(default_factory=dict)
    vars: dict[str, Any] = Field(default_factory=dict)
    sent: dict[str, dict[str, Any]] = Field(default_factory=dict)
    queued: dict[str, Any] = Field(default_factory=dict)
    not_logged: list[Any] = Field(default_factory=list)


class Step(Model):
    """One thing that is heard or done; exactly one of these."""

    hears: Any = None
    press: Any = None
    says: Any = None
    silence: Any = None
    queue: Any = None
    dial: Any = None
    transfer: Any = None
    conference: Any = None
    bot: Any = None
    leaves_message: Any = None
    at: Any = None
    hangs_up: Any = None

    @model_validator(mode="after")
    def _one_thing(self) -> Step:
        if len(self.model_fields_set) != 1:
            raise PydanticCustomError("one_step", "one step, one thing")
        return self

    def action(self) -> tuple[str, Any]:
        """The kind of step and its value."""
        return next((name, getattr(self, name)) for name in self.model_fields_set)


class Test(Model):
    """One test of a flow."""

    name: Text
    given: Given = Given()
    steps: list[Step]
    expect: Expect = Expect()
