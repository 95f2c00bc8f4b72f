"""The demonstration as a whole: node, cast, performance, and the story told while it happens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from records.contract import Record
from segue.control import SOCKET, ask
from segue.demo.cast import cast
from segue.demo.play import Performance, Spoil, perform
from segue.demo.report import Moment, Story, tell

_POLL_S = 0.25
_SEAL_S = 20.0

Say = Callable[[str], None]


async def show(
    node: Mapping[str, Any], data_dir: Path, say: Say, spoil: Spoil | None = None
) -> Story:
    """Place the demonstration call through a running node and judge what was observed."""
    folder = data_dir / "demonstration"
    folder.mkdir(exist_ok=True)
    say("bringing on the bank app, two phones and the agent's page")
    async with cast(node, data_dir, deaf_page=spoil == "page") as players:
        told, timeline = Performance(), Timeline(say)
        teller = asyncio.create_task(_tell_live(data_dir, told, timeline))
        try:
            await perform(players, folder, told, spoil)
            story = await _settled(data_dir, told)
        finally:
            teller.cancel()
            await asyncio.gather(teller, return_exceptions=True)
        timeline.tell(story)
    return story


class Timeline:
    """Tells each moment of the story once, as it becomes known."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._told: set[str] = set()

    def tell(self, story: Story) -> None:
        """Whatever of it is new."""
        for moment in story.moments:
            if moment.name not in self._told:
                self._told.add(moment.name)
                self._say(line(moment))


async def _settled(data_dir: Path, told: Performance) -> Story:
    """The story once the recording is sealed, or when that takes too long."""
    deadline = asyncio.get_running_loop().time() + _SEAL_S
    while True:
        records = await _records(data_dir, told.case)
        kinds = {record.kind for record in records}
        done = kinds & {"recording.sealed", "recording.seal_failed"}
        if done or asyncio.get_running_loop().time() > deadline:
            return tell(records, told.failures)
        await asyncio.sleep(_POLL_S)


async def _tell_live(data_dir: Path, told: Performance, timeline: Timeline) -> None:
    while True:
        await asyncio.sleep(_POLL_S)
        if told.case:
            with contextlib.suppress(OSError):
                timeline.tell(tell(await _records(data_dir, told.case)))


def line(moment: Moment) -> str:
    """One line of the timeline."""
    source = "" if moment.source == "segue" else f"  (told by the {moment.source})"
    detail = f"  {moment.detail}" if moment.detail else ""
    return f"{moment.t:8.3f} s  {moment.name}{detail}{source}"


async def _records(data_dir: Path, case: str) -> list[Record]:
    if not case:
        return []
    plain = await ask(data_dir / SOCKET, "story", case=case)
    return [_record(each, data_dir) for each in plain]


def _record(plain: Mapping[str, Any], data_dir: Path) -> Record:
    payload = dict(plain["payload"])
    if plain["kind"] == "recording.sealed":
        payload["path"] = str((data_dir / "recordings" / payload["path"]).resolve())
    return Record(
        node=plain["node"],
        seq=plain["seq"],
        wall=plain["wall"],
        mono=0.0,
        tenant="",
        kind=plain["kind"],
        version=1,
        call=plain["call"],
        case=plain["case"],
        agent=plain["agent"],
        payload=payload,
        personal={},
    )
