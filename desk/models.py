"""Bodies as they come in: checked here, typed inside."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from handoff.channels import app, chat
from handoff.channels.event import ChannelEvent, FormField, Scope

NO_NUL: Final = r"^[^\x00]*$"  # PostgreSQL keeps no NUL in a text

Word = Annotated[
    str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Title = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=4000, pattern=NO_NUL)]


class Body(BaseModel):
    """What is not known is refused: a misspelt field is told, not lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CustomerBody(Body):
    """Who the case is about."""

    id: Word
    name: Title
    number: Annotated[str, StringConstraints(max_length=40)] | None = None
    level: Title | None = None


class CaseBody(Body):
    """`POST /cases`."""

    customer: CustomerBody
    channel: Literal["app", "chat"]
    business: Word
    title: Title
    link: Annotated[str, StringConstraints(max_length=2000)]

    @field_validator("link")
    @classmethod
    def _is_web_address(cls, link: str) -> str:
        # The agent's browser opens it: nothing but the web may stand here.
        if link and not link.startswith(("https://", "http://")):
            raise ValueError("a link begins with https:// or http://")
        return link


class EventBody(Body):
    """What all events have."""

    at: datetime | None = None

    def moment(self, now: float) -> float:
        """When it happened; an application whose clock is ahead is not believed."""
        if self.at is None or self.at.tzinfo is None:
            return now
        return min(self.at.timestamp(), now)


class ScreenBody(EventBody):
    """A screen was shown."""

    kind: Literal["screen"]
    screen: Word
    title: Title = ""

    def event(self, now: float) -> ChannelEvent:
        """The typed event."""
        return app.ScreenShown(at=self.moment(now), screen=self.screen, title=self.title)


class StepBody(EventBody):
    """A step was reached."""

    kind: Literal["step"]
    step: Word
    number: Annotated[int, Field(ge=0, le=1000)] = 0
    of: Annotated[int, Field(ge=0, le=1000)] = 0
    title: Title = ""

    def event(self, now: float) -> ChannelEvent:
        """The typed event."""
        return app.StepEntered(
            at=self.moment(now), step=self.step, number=self.number, of=self.of, title=self.title
        )


class FieldBody(Body):
    """A field of a form. Without a scope it is `agent`: nothing is open by accident."""

    name: Word
    label: Title = ""
    value: Text = ""
    scope: Scope = Scope.AGENT


class FormBody(EventBody):
    """A form was filled in."""

    kind: Literal["form"]
    step: Word
    fields: Annotated[tuple[FieldBody, ...], Field(max_length=100)]

    def event(self, now: float) -> ChannelEvent:
        """The typed event, secrets already dropped."""
        filled = tuple(FormField(one.name, one.label, one.value, one.scope) for one in self.fields)
        return app.FormFilled(at=self.moment(now), step=self.step, fields=filled).sealed()


class ErrorBody(EventBody):
    """The app refused something."""

    kind: Literal["error"]
    step: Word
    code: Word
    text: Text = ""

    def event(self, now: float) -> ChannelEvent:
        """The typed event."""
        return app.StepFailed(at=self.moment(now), step=self.step, code=self.code, text=self.text)


class HelpBody(EventBody):
    """The customer asked for a person."""

    kind: Literal["help"]
    step: Word
    text: Text = ""

    def event(self, now: float) -> ChannelEvent:
        """The typed event."""
        return app.HelpAsked(at=self.moment(now), step=self.step, text=self.text)


class MessageBody(EventBody):
    """A line of chat."""

    kind: Literal["message"]
    who: chat.Speaker
    text: Text

    def event(self, now: float) -> ChannelEvent:
        """The typed event."""
        return chat.MessageSaid(at=self.moment(now), who=self.who, text=self.text)


class CompletedBody(EventBody):
    """A step is done."""

    kind: Literal["completed"]
    step: Word
    result: Text = ""

    def event(self, now: float) -> ChannelEvent:
        """The typed event."""
        return app.StepCompleted(at=self.moment(now), step=self.step, result=self.result)


AnyEvent = Annotated[
    ScreenBody | StepBody | FormBody | ErrorBody | HelpBody | MessageBody | CompletedBody,
    Field(discriminator="kind"),
]


class EventsBody(Body):
    """`POST /cases/{case}/events`."""

    events: Annotated[tuple[AnyEvent, ...], Field(max_length=200)]


class HandoffBody(Body):
    """`POST /cases/{case}/handoff`."""

    step: Word


class EmptyBody(Body):
    """`{}`."""


Detail = Title | int | float | bool | None


class ObservationBody(Body):
    """`POST /observations`."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=100)]
    source: Word
    call: Word | None = None
    case: Word | None = None
    detail: Annotated[dict[Word, Detail], Field(max_length=50)] | None = None


class LoginBody(Body):
    """`POST /login`."""

    name: Word
    password: Annotated[str, StringConstraints(min_length=1, max_length=1024)]


class PresenceBody(Body):
    """`PUT /presence`."""

    presence: Literal["available", "break", "offline"]
    reason: Title = ""


class WrapUpBody(Body):
    """`POST /wrapup`."""

    call: Word
    disposition: Word
    notes: Text | None = None
    promise: Title | None = None


class ExtendBody(Body):
    """`POST /wrapup/extend`."""

    call: Word
    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL),
    ]


class NewCustomerBody(Body):
    """Somebody whom nobody knows yet; without a number it is the one that calls."""

    name: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL),
    ]
    number: Annotated[str, StringConstraints(max_length=40, pattern=r"^[+0-9 ()./-]*$")] | None = (
        None
    )


class WhoCallsBody(Body):
    """`POST /calls/{call}/customer`: `case` of a candidate, or `new`."""

    offer: Word
    epoch: Annotated[int, Field(ge=0)]
    case: Word | None = None
    new: NewCustomerBody | None = None

    @model_validator(mode="after")
    def _is_one(self) -> WhoCallsBody:
        if (self.case is None) == (self.new is None):
            raise ValueError("name a candidate's case, or a new customer")
        return self


class MeBody(Body):
    """`PUT /me`."""

    language: Literal["en", "zh"]


class ContinueBody(Body):
    """`POST /cases/{case}/continue`."""

    offer: Word
    epoch: Annotated[int, Field(ge=0)]
