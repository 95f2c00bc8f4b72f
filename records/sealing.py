"""From a spool to a sealed file: rendered in a child process, checksummed, durable."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from base.errors import SegueError
from records.contract import RecordingEntry, RecordingState
from records.sidecar import rename_durably, write_sidecar

_log = logging.getLogger("segue.records")

_NICE: Final = 10
_TIMEOUT_S: Final = 900.0
_CHUNK: Final = 1 << 20


class SealError(SegueError):
    """A spool could not be made into a file now."""


class SpoolMissingError(SealError):
    """There is no spool file: nothing can be sealed, now or later."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The WAV file that a renderer wrote."""

    seconds: float
    channels: int
    sample_rate: int
    damaged: int = 0
    """Places of the spool that could not be read; they are silent."""


class Renderer(Protocol):
    """Makes a WAV file of a spool; raises `SealError`."""

    async def __call__(self, spool: Path, wav: Path) -> Rendered: ...


async def render_in_child(spool: Path, wav: Path) -> Rendered:
    """`python -m media.render SPOOL WAV` at low priority: no audio is touched in this process."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "media.render", str(spool), str(wav)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, child.pid, _NICE)
    try:
        out, err = await asyncio.wait_for(child.communicate(), _TIMEOUT_S)
    except TimeoutError:
        raise SealError(f"rendering took longer than {_TIMEOUT_S:.0f} s") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode != 0:
        last = err.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
        raise SealError(f"rendering ended with {child.returncode}: {last[0]}")
    return _told(out)


async def seal(entry: RecordingEntry, spool: Path, root: Path, render: Renderer) -> RecordingEntry:
    """Render `spool` into the archive under `root`, with its sidecar; durable on return.

    The file is `YYYY/MM/DD/<id>.wav` by the day of the start in UTC. Done twice, the second run
    replaces the first. Raises `SealError`; the spool is left alone.
    """
    relative = Path(f"{entry.started:%Y/%m/%d}") / f"{entry.id}.wav"
    target = root / relative
    part = target.with_name(f".{target.name}.part")
    try:
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        rendered = await render(spool, part)
        if rendered.damaged:
            _log.warning("%d places of %s cannot be read", rendered.damaged, spool)
        return await asyncio.to_thread(_place, entry, rendered, part, target, relative)
    except OSError as error:
        raise SealError(f"cannot write {target}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _place(
    entry: RecordingEntry, rendered: Rendered, part: Path, target: Path, relative: Path
) -> RecordingEntry:
    sealed = replace(
        entry,
        state=RecordingState.SEALED,
        path=str(relative),
        channels=rendered.channels,
        sample_rate=rendered.sample_rate,
        seconds=rendered.seconds,
        sha256=_sha256(part),
    )
    rename_durably(part, target)
    write_sidecar(target, sealed)
    return sealed


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _told(out: bytes) -> Rendered:
    try:
        told = json.loads(out)
        return Rendered(
            seconds=float(told["seconds"]),
            channels=int(told["channels"]),
            sample_rate=int(told["sample_rate"]),
            damaged=int(told.get("damaged", 0)),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SealError(f"the renderer's answer cannot be read: {out[:200]!r}") from error
