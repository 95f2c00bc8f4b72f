"""A PJSIP softphone behind standard input and output: `python -m phone.pjsua_child`.

Runs alone in its process, because the library is GPL and its threads are its own. One thread
does everything: it polls the library, runs the commands and makes the callbacks. It ends when
its standard input ends, and is killed when its parent dies.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import pjsua2 as pj

from base.child import die_with_parent
from base.lines import Line, decode, encode
from phone.headers import header_fields
from phone.pjsua_call import SoftCall

_POLL_MS: Final = 5


class _Account(pj.Account):  # type: ignore[misc]
    """The phone's identity; answers by itself if told so."""

    def __init__(self, phone: _Softphone) -> None:
        super().__init__()
        self._phone = phone
        self.registered = False

    def onRegState(self, prm: Any) -> None:
        self.registered = prm.code // 100 == 2 and prm.expiration > 0
        self._phone.tell(
            {
                "event": "registration",
                "registered": self.registered,
                "status": prm.code,
                "reason": prm.reason,
            }
        )

    def onIncomingCall(self, prm: Any) -> None:
        self._phone.incoming(prm.callId, prm.rdata.wholeMsg)


class _Softphone:
    """The library, its account, its calls, and the commands a parent may give."""

    def __init__(self) -> None:
        self._calls: dict[int, SoftCall] = {}
        self._numbers = itertools.count(1)
        self._tones: dict[int, pj.ToneGenerator] = {}
        self._account = _Account(self)
        self._endpoint = pj.Endpoint()
        self._answer_after_s: float | None = None
        self._to_answer: list[tuple[float, int]] = []
        self._transport = -1

    def tell(self, line: Line) -> None:
        if "event" in line and "mono" not in line:
            line = {**line, "mono": time.monotonic(), "wall": time.time()}
        os.write(_OUTPUT, encode(line))

    def incoming(self, call_id: int, message: str) -> None:
        number = next(self._numbers)
        call = self._calls[number] = SoftCall(self._account, self.tell, number, call_id)
        remote = call.getInfo().remoteUri
        self.tell(
            {
                "event": "incoming",
                "call": number,
                "remote": remote,
                "headers": header_fields(message),
            }
        )
        _answer(call, 180)
        if self._answer_after_s is not None:
            self._to_answer.append((time.monotonic() + self._answer_after_s, number))

    # Commands, by the word after "do". Each gives the answer's values.

    def start(self, line: Line) -> Line:
        config = pj.EpConfig()
        config.logConfig.level = config.logConfig.consoleLevel = 0
        config.uaConfig.threadCnt = 0
        config.uaConfig.mainThreadOnly = True
        config.uaConfig.maxCalls = 30
        config.uaConfig.userAgent = "phone/pjsua2"
        config.medConfig.clockRate = config.medConfig.sndClockRate = 8000
        config.medConfig.sndAutoCloseTime = -1
        config.medConfig.noVad = True
        config.medConfig.ecTailLen = 0
        self._endpoint.libCreate()
        self._endpoint.libInit(config)
        self._transport = self._bind(line["address"], line["port"])
        self._endpoint.libStart()
        self._endpoint.audDevManager().setNullDev()
        self._choose_codecs(line["codecs"])
        address = self._endpoint.transportGetInfo(self._transport).localAddress
        self._account.create(_account_config(line, address, self._transport))
        self._answer_after_s = line["answer_after_s"]
        return {"address": address}

    def register(self, line: Line) -> Line:
        self._account.setRegistration(line["on"])
        return {}

    def call(self, line: Line) -> Line:
        call = SoftCall(self._account, self.tell, next(self._numbers))
        param = pj.CallOpParam(True)
        headers = pj.SipHeaderVector()
        for name, value in line["headers"].items():
            header = pj.SipHeader()
            header.hName, header.hValue = name, value
            headers.append(header)
        param.txOption.headers = headers
        call.makeCall(line["uri"], param)
        self._calls[call.number] = call
        return {"call": call.number}

    def answer(self, line: Line) -> Line:
        _answer(self._of(line), line["status"])
        return {}

    def hangup(self, line: Line) -> Line:
        call = self._calls.get(line["call"])
        if call is not None and call.ended is None:
            call.hangup(pj.CallOpParam())
        return {}

    def dtmf(self, line: Line) -> Line:
        self._of(line).dialDtmf(line["digits"])
        return {}

    def hold(self, line: Line) -> Line:
        self._of(line).setHold(pj.CallOpParam(True))
        return {}

    def unhold(self, line: Line) -> Line:
        param = pj.CallOpParam(True)
        param.opt.flag |= pj.PJSUA_CALL_UNHOLD
        self._of(line).reinvite(param)
        return {}

    def tone(self, line: Line) -> Line:
        self._of(line).say(self._tone(line["frequency_hz"]))
        return {}

    def wav(self, line: Line) -> Line:
        player = pj.AudioMediaPlayer()
        player.createPlayer(line["path"], 0 if line["loop"] else pj.PJMEDIA_FILE_NO_LOOP)
        self._of(line).say(player)
        return {}

    def silence(self, line: Line) -> Line:
        self._of(line).say(None)
        return {}

    def record(self, line: Line) -> Line:
        silence = self._endpoint.audDevManager().getCaptureDevMedia()
        self._of(line).record(line["path"], silence)
        return {"mono": time.monotonic(), "wall": time.time()}

    # The loop.

    def poll(self) -> None:
        self._endpoint.libHandleEvents(_POLL_MS)
        now = time.monotonic()
        for due, number in [entry for entry in self._to_answer if entry[0] <= now]:
            self._to_answer.remove((due, number))
            call = self._calls.get(number)
            if call is not None and call.ended is None:
                _answer(call, 200)
        # Never inside a callback: the library still holds the call there.
        for number in [number for number, call in self._calls.items() if call.tell_end()]:
            del self._calls[number]

    def run_command(self, line: Line) -> None:
        command = _COMMANDS.get(str(line.get("do")))
        try:
            if command is None:
                raise ValueError(f"no command {line.get('do')!r}")
            self.tell({"id": line.get("id"), "ok": command(self, line)})
        except pj.Error as error:
            self.tell({"id": line.get("id"), "error": error.reason or error.title})
        except (KeyError, TypeError, ValueError) as error:
            self.tell({"id": line.get("id"), "error": f"{type(error).__name__}: {error}"})

    def close(self) -> None:
        self._endpoint.hangupAllCalls()
        if self._account.registered:
            with contextlib.suppress(pj.Error):
                self._account.setRegistration(False)
        end = time.monotonic() + 1.0
        while time.monotonic() < end and (self._calls or self._account.registered):
            self.poll()

    def _of(self, line: Line) -> SoftCall:
        call = self._calls.get(line["call"])
        if call is None or call.ended is not None:
            raise ValueError("the call is over")
        return call

    def _bind(self, address: str, port: int) -> int:
        config = pj.TransportConfig()
        config.boundAddress, config.port = address, port
        return int(self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, config))

    def _choose_codecs(self, wanted: list[str]) -> None:
        for codec in self._endpoint.codecEnum2():
            name = codec.codecId.split("/")[0]
            rank = wanted.index(name) if name in wanted else None
            self._endpoint.codecSetPriority(codec.codecId, 0 if rank is None else 250 - rank)

    def _tone(self, frequency_hz: int) -> pj.ToneGenerator:
        if frequency_hz not in self._tones:
            tone = pj.ToneGenerator()
            tone.createToneGenerator(8000, 1)
            desc = pj.ToneDesc()
            desc.freq1, desc.freq2, desc.on_msec, desc.off_msec = frequency_hz, 0, 30000, 0
            descs = pj.ToneDescVector()
            descs.append(desc)
            tone.play(descs, True)
            self._tones[frequency_hz] = tone
        return self._tones[frequency_hz]


def _answer(call: SoftCall, status: int) -> None:
    param = pj.CallOpParam()
    param.statusCode = status
    call.answer(param)


def _account_config(line: Line, address: str, transport: int) -> pj.AccountConfig:
    config = pj.AccountConfig()
    registrar = line["registrar"]
    host = registrar.removeprefix("sip:") if registrar else address
    config.idUri = f"sip:{line['user']}@{host}"
    config.sipConfig.transportId = transport
    config.regConfig.registerOnAdd = False
    config.regConfig.registrarUri = registrar
    config.regConfig.timeoutSec = line["expires_s"]
    config.regConfig.retryIntervalSec = 0
    if line["password"]:
        credential = pj.AuthCredInfo("digest", "*", line["user"], 0, line["password"])
        config.sipConfig.authCreds.append(credential)
    config.mediaConfig.transportConfig.boundAddress = line["address"]
    config.mediaConfig.transportConfig.port = line["media_port"]
    config.mediaConfig.transportConfig.portRange = 200
    config.natConfig.iceEnabled = False
    return config


_COMMANDS: Final[dict[str, Callable[[_Softphone, Line], Line]]] = {
    "start": _Softphone.start,
    "register": _Softphone.register,
    "call": _Softphone.call,
    "answer": _Softphone.answer,
    "hangup": _Softphone.hangup,
    "dtmf": _Softphone.dtmf,
    "hold": _Softphone.hold,
    "unhold": _Softphone.unhold,
    "tone": _Softphone.tone,
    "wav": _Softphone.wav,
    "silence": _Softphone.silence,
    "record": _Softphone.record,
}


def _read(lines: queue.SimpleQueue[Line | None]) -> None:
    for data in sys.stdin.buffer:
        line = decode(data)
        if line is not None:
            lines.put(line)
    lines.put(None)


def main() -> None:
    """Serve the parent until it closes our standard input."""
    die_with_parent()
    lines: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    first = lines.get()
    if first is None:
        return
    phone = _Softphone()
    phone.run_command(first)
    while True:
        try:
            line = lines.get_nowait()
        except queue.Empty:
            phone.poll()
            continue
        if line is None or line.get("do") == "close":
            break
        phone.run_command(line)
    phone.close()
    # The library's own teardown after ours can crash; there is nothing left to keep.
    os._exit(0)


if __name__ == "__main__":
    # What the library prints must not mix with our lines.
    _OUTPUT = os.dup(1)
    os.dup2(2, 1)
    main()
