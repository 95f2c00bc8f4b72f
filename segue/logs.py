"""Logs for people (text) and for collectors (JSON lines); every line of a call names the call."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Literal

from records.contract import Record

_FIELDS = ("call", "case", "agent", "kind")
_log = logging.getLogger("segue")


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
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S.%f")[:-3]
        call = getattr(record, "call", None)
        where = f" [{call}]" if call else ""
        line = f"{moment} {record.levelname[:1]}{where} {record.getMessage()}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def set_up_logs(style: Literal["text", "json"], level: int = logging.INFO) -> None:
    """Log to standard error in that style."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if style == "json" else _Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("alembic", "amqtt", "transitions", "aiosqlite", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def tell(record: Record) -> None:
    """One line for each event of the evidence log; personal values never get here."""
    shown = " ".join(
        f"{name}={value}"
        for name, value in record.payload.items()
        if name not in ("call", "sip_call_id") and value not in (None, "")
    )
    extra = {"call": record.call, "case": record.case, "agent": record.agent}
    _log.info("%s %s", record.kind, shown, extra=extra | {"kind": record.kind})
