"""Logs for people (text) and for collectors (JSON lines); every line of a call names the call.

They hold no personal value and no secret: of an event only the fields listed here are shown, of
an exception only its type and place.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Final, Literal

from records.contract import Record

_FIELDS = ("call", "case", "agent", "kind")
_log = logging.getLogger("segue")

# fmt: off
_SHOWN: Final = frozenset((
    "account", "after_ms", "agent", "attempt", "by", "by_peer", "case", "channel", "channels",
    "confidence", "disposition", "epoch", "exit", "expired", "expires_s", "flow", "flow_version",
    "handoff", "how", "keep_until", "late", "leg", "lost", "mailbox", "offer", "outcome", "pages",
    "path", "policy", "position", "presence", "priority", "prompt", "queue", "rang_s",
    "recording", "retry_in_s", "seconds", "sha256", "spool", "spooled", "state", "status",
    "talked_s", "tenant", "took_ms", "verb", "waited_s", "was", "what", "who",
))
# fmt: on
"""Names of our own and of the site, ids and measures; never what a person said or typed."""

_ALARMS: Final = frozenset(("recording.unavailable",))
"""Somebody has to act on these; their reason is the system's own words."""

_TARGETS: Final = ("flow:", "ext:", "agent:")
"""Targets that are of the site; any other may be somebody's number."""


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _FIELDS if getattr(record, name, None)}
        if record.exc_info:
            line["traceback"] = _place(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S.%f")[:-3]
        call = getattr(record, "call", None)
        where = f" [{call}]" if call else ""
        line = f"{moment} {record.levelname[:1]}{where} {record.getMessage()}"
        return f"{line}\n{_place(record.exc_info[1])}" if record.exc_info else line


def set_up_logs(style: Literal["text", "json"], level: int = logging.INFO) -> None:
    """Log to standard error in that style."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if style == "json" else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("alembic", "amqtt", "transitions", "aiosqlite"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # Each malformed request is a warning there: strangers would write our log full.
    logging.getLogger("uvicorn").setLevel(logging.ERROR)


def tell(record: Record) -> None:
    """One line for each event of the evidence log; a warning where somebody has to act."""
    alarm = record.kind in _ALARMS
    shown = " ".join(
        f"{name}={value}"
        for name, value in record.payload.items()
        if value not in (None, "") and (_may_be_shown(name, value) or (alarm and name == "reason"))
    )
    extra = {"call": record.call, "case": record.case, "agent": record.agent}
    level = logging.WARNING if alarm else logging.INFO
    _log.log(level, "%s %s", record.kind, shown, extra=extra | {"kind": record.kind})


def _may_be_shown(name: str, value: object) -> bool:
    if name == "reason":  # a code of ours is one word; free words are somebody's
        return isinstance(value, str) and value.isidentifier()
    if name == "target":
        return str(value).startswith(_TARGETS)
    return name in _SHOWN


def _place(error: BaseException | None) -> str:
    """Where an exception came from, without what it says: that may hold what somebody typed."""
    parts: list[str] = []
    while error is not None:
        frames = "".join(traceback.format_tb(error.__traceback__))
        name = f"{type(error).__module__}.{type(error).__qualname__}"
        parts.insert(0, f"Traceback (most recent call last):\n{frames}{name}")
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)
    return "\n".join(parts)
