"""Pages of rows, newest first: a cursor says where the last page ended."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

LIMIT_MAX = 500


def newest_first(
    query: sa.Select[Any],
    started: sa.Column[float],
    key: sa.Column[str],
    before: str | None,
    limit: int,
) -> sa.Select[Any]:
    """The page after the cursor `before`, and one row more to know whether another follows."""
    if (place := _place(before)) is not None:
        moment, last = place
        query = query.where(sa.or_(started < moment, sa.and_(started == moment, key < last)))
    return query.order_by(started.desc(), key.desc()).limit(min(max(limit, 1), LIMIT_MAX) + 1)


def following(rows: Sequence[Any], limit: int) -> str | None:
    """The cursor after the first `limit` of these rows, None when they are the last."""
    limit = min(max(limit, 1), LIMIT_MAX)
    if len(rows) <= limit:
        return None
    last = rows[limit - 1]
    return f"{last.started!r}~{last.id}"


def _place(cursor: str | None) -> tuple[float, str] | None:
    moment, _, key = (cursor or "").partition("~")
    try:
        started = float(moment)
    except ValueError:
        return None
    return (started, key) if math.isfinite(started) and key and key.isprintable() else None
