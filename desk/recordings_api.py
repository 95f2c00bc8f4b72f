"""Playing and deleting recordings; both are audited."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from desk.problems import ApiError
from desk.security import Admin, Agent
from desk.services import services
from handoff.moments import rfc3339
from records.contract import RecordingEntry, RecordingState

router = APIRouter(prefix="/api/v1")

SAME_PLAY_S: Final = 600.0
MAX_PLAYS: Final = 10_000


class Plays:
    """Which plays were audited lately: a player asks for one recording in many ranges."""

    def __init__(self) -> None:
        self._last: OrderedDict[tuple[str, str], float] = OrderedDict()

    def goes_on(self, session: str, recording: str, mono: float) -> bool:
        """Whether this request belongs to a play that is audited already."""
        last = self._last.get((session, recording))
        return last is not None and mono - last < SAME_PLAY_S

    def began(self, session: str, recording: str, mono: float) -> None:
        """A play is audited from now on."""
        self._last[session, recording] = mono
        self._last.move_to_end((session, recording))
        if len(self._last) > MAX_PLAYS:
            self._last.popitem(last=False)


@router.get("/recordings/{recording}/audio")
async def play(request: Request, agent: Agent, recording: str) -> FileResponse:
    """The WAV, whole or in ranges (RFC 9110 section 14)."""
    desk = services(request)
    entry = await desk.recordings.get(recording)
    if entry is None or entry.state is RecordingState.DELETED:
        raise ApiError(404, "no_recording", "there is no such recording")
    if entry.state is not RecordingState.SEALED:
        raise ApiError(409, "not_sealed", "the recording is being finished; try again in a moment")
    path = desk.recordings.path(entry)
    if not path.is_file():
        raise ApiError(404, "recording_missing", "the recording's file is not in the archive")
    plays: Plays = request.app.state.plays
    mono = desk.clock.now().mono
    if not plays.goes_on(agent.session, recording, mono):
        await desk.recordings.played(entry, agent.name)
        plays.began(agent.session, recording, mono)
    return FileResponse(path, media_type="audio/wav", headers={"Cache-Control": "private"})


@router.delete("/recordings/{recording}", status_code=204)
async def delete(request: Request, admin: Admin, recording: str) -> None:
    """Delete a recording whose day has come; refused and audited before."""
    desk = services(request)
    entry = await desk.recordings.get(recording)
    if entry is None or entry.state is RecordingState.DELETED:
        raise ApiError(404, "no_recording", "there is no such recording")
    refused = await desk.recordings.delete(recording, admin.name)
    if refused is not None:
        raise _refusal(entry, refused)


def _refusal(entry: RecordingEntry, reason: str) -> ApiError:
    until = rfc3339(entry.keep_until.timestamp())
    if reason == "retention":
        return ApiError(409, "keep_until", f"it must be kept until {until}", keep_until=until)
    return ApiError(409, reason, "it may not be deleted", keep_until=until)
