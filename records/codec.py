"""Typed events to plain values and back, by kind and version.

The classes are collected by whoever composes the node (`EventCodec(event_classes(switch.events,
records.events, …))`), never as a side effect of an import.
"""

from __future__ import annotations

import enum
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from pathlib import PurePath
from types import ModuleType
from typing import Any

from base.errors import UsageError
from base.events import Event

Plain = dict[str, Any]
"""Only what JSON has: None, bool, int, float, str, list, dict with str keys."""

Upcaster = Callable[[Plain], Plain]
"""Turns the payload of one version of a kind into that of the next."""


def event_classes(*modules: ModuleType) -> tuple[type[Event], ...]:
    """All events with a kind that these modules define, in the order of their definition."""
    return tuple(
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Event)
        and value.kind
        and value.__module__ == module.__name__
    )


def split(event: Event) -> tuple[Plain, Plain]:
    """The event's fields as plain values: the payload, and the personal ones."""
    shape = _shape(type(event))
    return (
        {name: _plain(getattr(event, name)) for name in shape.payload},
        {name: _plain(getattr(event, name)) for name in shape.personal},
    )


class EventCodec:
    """Makes typed events of what the log holds.

    `upcasters` maps `(kind, version)` to what makes version + 1 of it.
    """

    def __init__(
        self,
        classes: Iterable[type[Event]],
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
    ) -> None:
        self._classes: dict[str, type[Event]] = {}
        self._upcasters = dict(upcasters or {})
        for cls in classes:
            known = self._classes.setdefault(cls.kind, cls)
            if known is not cls:
                raise UsageError(f"two events are called {cls.kind}: {known} and {cls}")

    def decode(
        self, kind: str, version: int, payload: Mapping[str, Any], personal: Mapping[str, Any]
    ) -> Event | None:
        """The typed event; None for an unknown kind or a version nothing leads on from.

        An erased personal value becomes its field's default; unknown fields are left out.
        """
        cls = self._classes.get(kind)
        if cls is None:
            return None
        plain = dict(payload)
        while version < cls.version:
            upcast = self._upcasters.get((kind, version))
            if upcast is None:
                return None
            plain = upcast(plain)
            version += 1
        return _build(cls, {**plain, **personal})


@dataclass(frozen=True, slots=True)
class _Shape:
    payload: tuple[str, ...]
    personal: tuple[str, ...]
    required: frozenset[str]


_SHAPES: dict[type[Event], _Shape] = {}
_ENUMS: dict[type[Event], Mapping[str, type[enum.Enum]]] = {}


def _shape(cls: type[Event]) -> _Shape:
    if (known := _SHAPES.get(cls)) is not None:
        return known
    declared = fields(cls)
    shape = _SHAPES[cls] = _Shape(
        payload=tuple(f.name for f in declared if not f.metadata.get("personal")),
        personal=tuple(f.name for f in declared if f.metadata.get("personal")),
        required=frozenset(
            f.name for f in declared if f.default is MISSING and f.default_factory is MISSING
        ),
    )
    return shape


def _enums(cls: type[Event]) -> Mapping[str, type[enum.Enum]]:
    if (known := _ENUMS.get(cls)) is not None:
        return known
    enums = _ENUMS[cls] = {
        name: hint
        for name, hint in typing.get_type_hints(cls).items()
        if isinstance(hint, type) and issubclass(hint, enum.Enum)
    }
    return enums


_SCALARS = (str, int, float, bool, type(None))


def _plain(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, _SCALARS):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    return str(value) if isinstance(value, PurePath) else repr(value)


def _build(cls: type[Event], plain: Mapping[str, Any]) -> Event | None:
    shape = _shape(cls)
    if not shape.required <= plain.keys():
        return None
    enums = _enums(cls)
    known = {
        name: _typed(plain[name], enums.get(name))
        for name in (*shape.payload, *shape.personal)
        if name in plain
    }
    return cls(**known)


def _typed(value: Any, as_enum: type[enum.Enum] | None) -> Any:
    if as_enum is not None:
        return as_enum(value)
    return tuple(_typed(item, None) for item in value) if isinstance(value, list) else value
