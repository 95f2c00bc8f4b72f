"""Moments as people and programs write them."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(wall: float) -> str:
    """The wall clock (seconds since 1970) as RFC 3339 in UTC, to the millisecond."""
    text = datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
