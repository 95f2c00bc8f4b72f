"""Places for spool files, and a note beside each that outlives the process."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from base.ids import IdSource, ulid
from base.instant import Instant
from media.contract import SpoolError

FREE_LEAST: Final = 256 * 1024 * 1024
"""Bytes that stay free on the disk: for the log, and for calls that are being recorded."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """A spool file that a run left."""

    recording: str
    path: Path
    call: str
    """Empty where the note is lost."""


class Shelf:
    """Fills `switch.recording.RecordingShelf` in one folder."""

    def __init__(self, folder: Path, ids: IdSource, free_least: int = FREE_LEAST) -> None:
        self._folder = folder
        self._ids = ids
        self._free_least = free_least

    def place(self, call: str, now: Instant) -> tuple[str, Path]:
        """A new recording's id and spool path; raises `SpoolError`."""
        recording = ulid(self._ids, now.wall)
        path = self._folder / f"{recording}.spool"
        note = {"recording": recording, "call": call, "started": now.wall}
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._check_room()
            _note(path).write_text(json.dumps(note), encoding="utf-8")
        except OSError as error:
            raise SpoolError(f"cannot record into {self._folder}: {error.strerror}") from error
        return recording, path

    def give_back(self, path: Path) -> None:
        """Forget a place where nothing was recorded; a note that stays is cleared at a start."""
        with contextlib.suppress(OSError):
            _note(path).unlink(missing_ok=True)

    def left(self) -> list[Spooled]:
        """Every spool in the folder, the oldest first; raises OSError."""
        if not self._folder.is_dir():
            return []
        spools = sorted(self._folder.glob("*.spool"))
        for note in set(self._folder.glob("*.note")) - {_note(path) for path in spools}:
            note.unlink(missing_ok=True)
        return [Spooled(path.stem, path, str(_read(path).get("call", ""))) for path in spools]

    def started(self, path: Path) -> float | None:
        """When a recording began (wall clock seconds), by its note, else by its file."""
        try:
            started = _read(path).get("started")
            return float(started) if started is not None else path.stat().st_mtime
        except (OSError, ValueError, TypeError):
            return None

    def clear(self, path: Path) -> None:
        """Remove a spool and its note; raises OSError."""
        path.unlink(missing_ok=True)
        _note(path).unlink(missing_ok=True)

    def _check_room(self) -> None:
        disk = os.statvfs(self._folder)
        free = disk.f_bavail * disk.f_frsize
        if free < self._free_least:
            raise SpoolError(
                f"only {free >> 20} MiB are free for recordings in {self._folder}, "
                f"{self._free_least >> 20} must stay free"
            )


def _note(spool: Path) -> Path:
    return spool.with_suffix(".note")


def _read(spool: Path) -> dict[str, Any]:
    """The note of a spool; empty where it is lost or torn."""
    try:
        note = json.loads(_note(spool).read_bytes())
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}
