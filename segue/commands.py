"""What a running node does when the command line asks (see `segue.control`)."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from base.errors import SegueError
from records.contract import Record, RecordingEntry
from records.folds.cdr import CallRecord
from records.folds.timeline import Moment, story
from records.retention import Refusal
from segue.control import Command
from segue.reload import Reloader
from segue.wiring.archive import Keeping
from segue.wiring.evidence import Evidence

PASSWORD_LEAST = 8
"""Characters (NIST SP 800-63B section 5.1.1.2)."""


class Commands:
    """The commands of one node, by name."""

    def __init__(
        self, evidence: Evidence, keeping: Keeping, reloader: Reloader, status: dict[str, Any]
    ) -> None:
        self._evidence = evidence
        self._keeping = keeping
        self._reloader = reloader
        self._status = status

    def by_name(self) -> dict[str, Command]:
        """What `ControlServer` serves."""
        return {
            "status": self.status,
            "reload": self.reload,
            "story": self.story,
            "calls.list": self.list_calls,
            "calls.show": self.show_call,
            "recordings.list": self.list_recordings,
            "recordings.delete": self.delete_recording,
            "user.add": self.add_user,
        }

    async def status(self) -> dict[str, Any]:
        """Where the node listens."""
        return {"pid": os.getpid(), **self._status}

    async def reload(self) -> dict[str, Any]:
        """Read the site again; with mistakes the running version stays."""
        problems = await self._reloader.reload()
        return {"problems": [problem.as_json() for problem in problems]}

    async def story(self, case: str) -> list[dict[str, Any]]:
        """All records of a case and its calls."""
        return [_plain(record) for record in await self._of_case(case)]

    async def list_calls(self, limit: int = 20) -> list[dict[str, Any]]:
        """The newest calls."""
        await self._keeping.book.flush()
        calls, _ = await self._evidence.calls.list(limit=limit)
        return [_call(call) for call in calls]

    async def show_call(self, call: str) -> dict[str, Any]:
        """One call's story from the evidence log."""
        await self._evidence.log.flush()
        records = [record async for record in self._evidence.events.read(call=call)]
        if not records:
            raise SegueError(f"there is no call {call}; `segue calls` lists them")
        moments = story(records, call=call)
        return {"call": call, "events": [_moment(moment) for moment in moments]}

    async def list_recordings(self, limit: int = 20) -> list[dict[str, Any]]:
        """The newest recordings."""
        entries, _ = await self._evidence.recordings.list(limit=limit)
        return [self._recording(entry) for entry in entries]

    async def delete_recording(self, recording: str, who: str) -> dict[str, Any]:
        """Refused and audited before its day has come."""
        shop = self._keeping.shop
        verdict = await shop.desk.delete(recording, who, shop.clock.now())
        if isinstance(verdict, Refusal):
            return {"deleted": False, "reason": str(verdict.told())}
        return {"deleted": True, "reason": None}

    async def add_user(
        self, name: str, password: str, role: str, display_name: str, language: str
    ) -> dict[str, Any]:
        """Someone who may log in at the page."""
        if len(password) < PASSWORD_LEAST:
            raise SegueError(f"a password has {PASSWORD_LEAST} characters at least")
        user = await self._evidence.accounts.create(
            name,
            password,
            role=role,  # type: ignore[arg-type]
            display_name=display_name,
            language=language,
        )
        return asdict(user)

    async def _of_case(self, case: str) -> list[Record]:
        await self._evidence.log.flush()
        events = self._evidence.events
        records = {(r.node, r.seq): r async for r in events.read(case=case)}
        for call in {record.call for record in records.values() if record.call}:
            records |= {(r.node, r.seq): r async for r in events.read(call=call)}
        return [records[key] for key in sorted(records)]

    def _recording(self, entry: RecordingEntry) -> dict[str, Any]:
        return {
            "id": entry.id,
            "call": entry.call,
            "started": _text(entry.started.timestamp()),
            "seconds": round(entry.seconds, 1),
            "state": entry.state.value,
            "keep_until": entry.keep_until.isoformat(),
            "path": str(self._keeping.shop.path(entry)),
        }


def _plain(record: Record) -> dict[str, Any]:
    names = ("node", "seq", "wall", "kind", "call", "case", "agent")
    return {name: getattr(record, name) for name in names} | {"payload": dict(record.payload)}


def _call(call: CallRecord) -> dict[str, Any]:
    plain = call.as_plain()
    started = plain.get("started")
    shown = {"started": _text(started) if isinstance(started, float) else started}
    return plain | shown | {"seconds": round(call.seconds, 1)}


def _moment(moment: Moment) -> dict[str, Any]:
    told = ", ".join(f"{name} {_short(value)}" for name, value in moment.detail.items() if value)
    return {"t": moment.t, "kind": moment.name, "source": moment.source, "text": told}


def _short(value: Any) -> str:
    return f"{round(value, 3)}" if isinstance(value, float) else str(value)


def _text(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="seconds")
