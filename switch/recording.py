"""Where calls put their recordings; the recording archive fills it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from base.instant import Instant


class RecordingShelf(Protocol):
    """Gives out places in the spool."""

    def place(self, call: str, now: Instant) -> tuple[str, Path]:
        """A new recording's id and spool path; raises `media.contract.SpoolError` when the disk
        is full or cannot be written."""
        ...

    def give_back(self, path: Path) -> None:
        """Nothing was recorded at this place, and nothing will be. Never fails."""
        ...
