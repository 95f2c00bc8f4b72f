"""Where the log goes while its store is away: files of checksummed JSON lines, in order."""

from __future__ import annotations

import fcntl
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from records.contract import Record

MAX_BYTES: Final = 256 * 1024 * 1024
_FILE_BYTES: Final = 8 * 1024 * 1024
_NAMES: Final = tuple(f.name for f in fields(Record) if f.name != "event")


class SpoolFullError(OSError):
    """The spool has reached its bound."""


class DiskSpool:
    """A first-in first-out queue of records on disk. Blocking: called from a worker thread.

    A line is `crc32 in hex, blank, JSON`. What a crash tore at a file's end was never promised
    to anybody and is left out; `damaged` counts lines that fail their checksum.
    """

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._files: list[Path] = []
        self._tail: Path | None = None
        """The file that is appended to: never one of an earlier run, its end may be torn."""
        self._bytes = 0
        self._read_to = 0
        self._number = 0
        self._lock: int | None = None
        self.damaged = 0

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self._files

    def open(self) -> int:
        """Find what an earlier run left; returns the highest number in it, 0 if nothing.

        Raises OSError, also where another process has the folder: two writers of one node would
        give the same numbers to different events.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = _lock(self._folder / "lock")
        self._files = sorted(self._folder.glob("log-*.jsonl"))
        self._bytes = sum(path.stat().st_size for path in self._files)
        if self._files:
            self._number = int(self._files[-1].stem.removeprefix("log-"))
        lines = (line for path in self._files for line in _lines(path, 0))
        return max((record.seq for record, _ in lines if record), default=0)

    def close(self) -> None:
        """Let another process have the folder. Idempotent."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def append(self, records: Sequence[Record]) -> None:
        """Keep these, on disk on return; raises OSError, `SpoolFullError` at the bound."""
        data = b"".join(_line(record) for record in records)
        if self._bytes + len(data) > self._max_bytes:
            raise SpoolFullError(
                f"the log's spool has reached its bound of {self._max_bytes} bytes"
            )
        if self._tail is None or self._tail.stat().st_size >= _FILE_BYTES:
            self._tail = self._new_file()
        try:
            _append(self._tail, data)
        except OSError:
            self._drop_empty_tail()
            raise
        self._bytes += len(data)

    def head(self, limit: int) -> tuple[list[Record], int]:
        """The oldest records, all of one file, and the position after them for `drop`."""
        records: list[Record] = []
        path = self._files[0]
        for record, end in _lines(path, self._read_to):
            if record is None:
                self.damaged += 1
                continue
            records.append(record)
            if len(records) == limit:
                return records, end
        return records, path.stat().st_size

    def drop(self, position: int) -> None:
        """Forget what stands before this position; a file read to its end is removed."""
        path = self._files[0]
        size = path.stat().st_size
        self._read_to = position
        if position >= size:
            path.unlink()
            self._files.pop(0)
            self._tail = None if self._tail == path else self._tail
            self._read_to = 0
            self._bytes -= size

    def set_aside(self, record: Record) -> None:
        """Keep a record that the store will never take where a person can find it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        _append(self._folder / "refused.jsonl", _line(record))

    def _drop_empty_tail(self) -> None:
        """A file that got nothing must not look like something that waits."""
        if self._tail is not None and self._tail.stat().st_size == 0:
            self._tail.unlink()
            self._files.remove(self._tail)
            self._tail = None

    def _new_file(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"log-{self._number + 1:08d}.jsonl"
        path.touch(mode=0o600, exist_ok=False)
        _sync_folder(self._folder)
        self._number += 1
        self._files.append(path)
        return path


def _line(record: Record) -> bytes:
    plain = {name: getattr(record, name) for name in _NAMES}
    body = json.dumps(plain, separators=(",", ":")).encode()
    return b"%08x %s\n" % (zlib.crc32(body), body)


def _lines(path: Path, start: int) -> Iterator[tuple[Record | None, int]]:
    """Each line's record, None where it is damaged, and the position after it."""
    position = start
    with path.open("rb") as file:
        file.seek(start)
        for line in file:
            position += len(line)
            yield _parsed(line), position


def _parsed(line: bytes) -> Record | None:
    checksum, _, body = line.rstrip(b"\n").partition(b" ")
    if checksum != b"%08x" % zlib.crc32(body):
        return None
    plain: dict[str, Any] = json.loads(body)
    return Record(**plain)


def _append(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        whole = os.fstat(descriptor).st_size
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        except OSError:
            # What was written in part must not stand before what is written next.
            os.ftruncate(descriptor, whole)
            raise
    finally:
        os.close(descriptor)


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise BlockingIOError(
            f"another process of this node is using {path.parent}; stop it, or give this one a "
            "data folder of its own (--data-dir)"
        ) from None
    return descriptor


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
