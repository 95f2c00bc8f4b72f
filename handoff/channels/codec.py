"""Channel events as plain mappings, for the log; reading them back at a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Final

from handoff.channels.app import (
    FormFilled,
    HelpAsked,
    ScreenShown,
    StepCompleted,
    StepEntered,
    StepFailed,
)
from handoff.channels.chat import MessageSaid
from handoff.channels.event import ChannelEvent, FormField, Scope
from handoff.channels.voice import CallPassed, PathStep

TYPES: Final[Mapping[tuple[str, str], type[ChannelEvent]]] = {
    (kind.channel, kind.what): kind
    for kind in (
        ScreenShown,
        StepEntered,
        FormFilled,
        StepFailed,
        HelpAsked,
        StepCompleted,
        MessageSaid,
        CallPassed,
    )
}


def to_plain(event: ChannelEvent) -> dict[str, Any]:
    """The event's fields in JSON types; `channel` and `what` are told apart from them."""
    plain = {field.name: getattr(event, field.name) for field in fields(event)}
    if isinstance(event, FormFilled):
        plain["fields"] = [_field_to_plain(one) for one in event.fields]
    if isinstance(event, CallPassed):
        plain["path"] = [asdict(one) for one in event.path]
    return plain


def from_plain(channel: str, what: str, plain: Mapping[str, Any]) -> ChannelEvent | None:
    """The event again; None for a kind or a shape that this version does not know."""
    kind = TYPES.get((channel, what))
    if kind is None:
        return None
    try:
        values = {field.name: plain[field.name] for field in fields(kind)}
        if kind is FormFilled:
            values["fields"] = tuple(_field_from_plain(one) for one in values["fields"])
        if kind is CallPassed:
            values["path"] = tuple(PathStep(**one) for one in values["path"])
        return kind(**values)
    except (KeyError, TypeError, ValueError):
        return None


def _field_to_plain(field: FormField) -> dict[str, str]:
    return {
        "name": field.name,
        "label": field.label,
        "value": field.value,
        "scope": field.scope.value,
    }


def _field_from_plain(plain: Mapping[str, str]) -> FormField:
    return FormField(plain["name"], plain["label"], plain["value"], Scope(plain["scope"]))
