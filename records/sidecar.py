"""The JSON file beside each recording: the archive can be read without the database."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from records.contract import RecordingEntry, RecordingState


def utc_text(moment: datetime) -> str:
    """RFC 3339 in UTC: `2027-11-22T02:00:00Z`; a part of a second is told when there is one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def sidecar_of(audio: Path) -> Path:
    """Where the sidecar of a recording stands."""
    return audio.with_suffix(".json")


def write_sidecar(audio: Path, entry: RecordingEntry) -> None:
    """Write the sidecar; on disk on return. Raises OSError."""
    body = json.dumps(_plain(entry), indent=1, ensure_ascii=False).encode("utf-8", "replace")
    write_durably(sidecar_of(audio), body + b"\n")


def read_sidecar(audio: Path) -> RecordingEntry | None:
    """What the sidecar of a recording says; None where there is none that can be read."""
    try:
        plain = json.loads(sidecar_of(audio).read_bytes())
        for name in ("started", "keep_until"):
            plain[name] = datetime.fromisoformat(plain[name])
        plain["state"] = RecordingState(plain["state"])
        return RecordingEntry(**plain)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_durably(path: Path, data: bytes) -> None:
    """Replace a file as a whole; on disk on return. Raises OSError."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    rename_durably(part, path)


def rename_durably(part: Path, path: Path) -> None:
    """Sync `part`, give it its name, sync the folder. Raises OSError."""
    _sync(part, os.O_RDONLY)
    part.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """What was renamed or removed in a folder is so on disk too. Raises OSError."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _plain(entry: RecordingEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "call": entry.call,
        "case": entry.case,
        "tenant": entry.tenant,
        "queue": entry.queue,
        "agent": entry.agent,
        "mailbox": entry.mailbox,
        "started": utc_text(entry.started),
        "seconds": entry.seconds,
        "channels": entry.channels,
        "sample_rate": entry.sample_rate,
        "sha256": entry.sha256,
        "keep_until": utc_text(entry.keep_until),
        "state": entry.state.value,
        "path": entry.path,
    }
