"""One call of the PJSIP softphone; runs only in the child process."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pjsua2 as pj

from base.lines import Line

_STATES: Final = {
    pj.PJSIP_INV_STATE_CALLING: "calling",
    pj.PJSIP_INV_STATE_INCOMING: "incoming",
    pj.PJSIP_INV_STATE_EARLY: "early",
    pj.PJSIP_INV_STATE_CONNECTING: "connecting",
    pj.PJSIP_INV_STATE_CONFIRMED: "confirmed",
    pj.PJSIP_INV_STATE_DISCONNECTED: "terminated",
}
_MEDIA: Final = {
    pj.PJSUA_CALL_MEDIA_NONE: "none",
    pj.PJSUA_CALL_MEDIA_ACTIVE: "active",
    pj.PJSUA_CALL_MEDIA_LOCAL_HOLD: "local_hold",
    pj.PJSUA_CALL_MEDIA_REMOTE_HOLD: "remote_hold",
    pj.PJSUA_CALL_MEDIA_ERROR: "error",
}
_FLOWING: Final = (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD)

Tell = Callable[[Line], None]


class SoftCall(pj.Call):  # type: ignore[misc]
    """One call, with what it shall say and record whenever there is audio."""

    def __init__(
        self, account: pj.Account, tell: Tell, number: int, call_id: int = pj.PJSUA_INVALID_ID
    ) -> None:
        super().__init__(account, call_id)
        self._tell = tell
        # Ours, because the library gives the number of a call that is over to the next one.
        self.number = number
        self.ended: Line | None = None
        self._recorded: Path | None = None
        self._source: pj.AudioMedia | None = None
        self._recorder: pj.AudioMediaRecorder | None = None

    def say(self, source: pj.AudioMedia | None) -> None:
        index, status = self._audio()
        if self._source is not None and status in _FLOWING:
            self._source.stopTransmit(self.getAudioMedia(index))
        self._source = source
        self._connect()

    def record(self, path: str, silence: pj.AudioMedia) -> None:
        recorder = pj.AudioMediaRecorder()
        recorder.createRecorder(path)
        # Silence keeps the file's timeline going while the call gives nothing (ringing, hold).
        silence.startTransmit(recorder)
        self._recorder, self._recorded = recorder, Path(path)
        self._connect()

    def onCallState(self, prm: Any) -> None:
        info = self.getInfo()
        if info.state not in _STATES:
            return
        line = {
            "event": "state",
            "call": self.number,
            "state": _STATES[info.state],
            "status": info.lastStatusCode,
            "reason": info.lastReason,
            "mono": time.monotonic(),
            "wall": time.time(),
        }
        if info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            self._recorder = self._source = None
            self.ended = line
        else:
            self._tell(line)

    def tell_end(self) -> bool:
        """Tell the end once the recording is whole (the library closes it on its next frame)."""
        if self.ended is None or not self._recording_is_whole(
            time.monotonic() - self.ended["mono"]
        ):
            return False
        self._tell(self.ended)
        return True

    def _recording_is_whole(self, waited_s: float) -> bool:
        if self._recorded is None or waited_s > 1.0:
            return True
        with self._recorded.open("rb") as file:
            return file.read(8)[4:] != bytes(4)

    def onCallMediaState(self, prm: Any) -> None:
        self._connect()
        self._event("media", media=_MEDIA.get(self._audio()[1], "none"))

    def onDtmfDigit(self, prm: Any) -> None:
        self._event("digit", digit=prm.digit)

    def _audio(self) -> tuple[int, int]:
        # The list belongs to `info`: nothing of it may be used after `info` is gone.
        info = self.getInfo()
        for media in info.media:
            if media.type == pj.PJMEDIA_TYPE_AUDIO:
                return int(media.index), int(media.status)
        return -1, pj.PJSUA_CALL_MEDIA_NONE

    def _connect(self) -> None:
        index, status = self._audio()
        if status not in _FLOWING:
            return
        audio = self.getAudioMedia(index)
        if self._source is not None:
            self._source.startTransmit(audio)
        if self._recorder is not None:
            audio.startTransmit(self._recorder)

    def _event(self, event: str, **values: Any) -> None:
        self._tell({"event": event, "call": self.number, **values})
