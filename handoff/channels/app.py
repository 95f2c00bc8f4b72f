"""The app channel: screens, steps of a business, forms, errors, the request for help."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from handoff.channels.event import ChannelEvent, FormField


@dataclass(frozen=True, slots=True, kw_only=True)
class AppEvent(ChannelEvent):
    """Something that happened in the customer's app."""

    channel: ClassVar[str] = "app"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenShown(AppEvent):
    """The customer looked at a screen."""

    what: ClassVar[str] = "screen"
    screen: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEntered(AppEvent):
    """The customer reached step `number` of `of` of the business."""

    what: ClassVar[str] = "step"
    step: str
    number: int
    of: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFilled(AppEvent):
    """The customer filled in fields of a step."""

    what: ClassVar[str] = "form"
    step: str
    fields: tuple[FormField, ...]

    def sealed(self) -> FormFilled:
        """The form as it may be kept and logged: secrets without their values."""
        return replace(self, fields=tuple(field.sealed() for field in self.fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailed(AppEvent):
    """The app refused what the customer did."""

    what: ClassVar[str] = "error"
    step: str
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpAsked(AppEvent):
    """The customer asked for a person."""

    what: ClassVar[str] = "help"
    step: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCompleted(AppEvent):
    """A step is done, by the customer or by an agent in their place."""

    what: ClassVar[str] = "completed"
    step: str
    result: str
