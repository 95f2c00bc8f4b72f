"""A phone made of pjsua2, in a child process of its own."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from base.instant import Instant
from base.lines import Line, LineChild
from phone.contract import (
    Account,
    CallState,
    CallStateChanged,
    DigitReceived,
    MediaState,
    MediaStateChanged,
    PhoneError,
    PhoneEvent,
    RegistrationChanged,
)

_media_ports = itertools.cycle(range(30000, 39800, 200))


class PjsuaPhone:
    """A softphone on PJSIP; fills `phone.contract.Phone`. Start it with `start`."""

    def __init__(self) -> None:
        self._child: LineChild | None = None
        self._calls: dict[int, PjsuaCall] = {}
        self._incoming: asyncio.Queue[PjsuaCall] = asyncio.Queue()
        self._changed = asyncio.Condition()
        self._registrations: list[RegistrationChanged] = []
        self._uri = ""

    @classmethod
    async def start(
        cls,
        account: Account | None = None,
        *,
        user: str = "phone",
        address: str = "127.0.0.1",
        port: int = 0,
        answer_after_s: float | None = None,
        codecs: Sequence[str] = ("PCMU", "PCMA"),
    ) -> PjsuaPhone:
        """A phone that listens on `address`:`port` (0: a free one).

        It has the `account`, or only a `user` name and no registrar. With `answer_after_s` it
        takes each incoming call by itself after that time. Raises PhoneError if the library is
        not installed or the port is in use.
        """
        if importlib.util.find_spec("pjsua2") is None:
            raise PhoneError("the phone library is missing: pip install 'segue[phone]'")
        phone = cls()
        phone._child = await LineChild.start(
            "phone.pjsua_child", take=phone._take, error=PhoneError
        )
        account = account or Account(user, registrar="")
        try:
            answer = await phone._child.ask(
                "start",
                address=address,
                port=port,
                media_port=next(_media_ports) + phone._child.pid % 100 * 2,
                user=account.user,
                password=account.password,
                registrar=account.registrar,
                expires_s=account.expires_s,
                answer_after_s=answer_after_s,
                codecs=list(codecs),
            )
        except BaseException:
            await phone.close()
            raise
        phone._uri = f"sip:{account.user}@{answer['address']}"
        return phone

    @property
    def uri(self) -> str:
        """Where it can be called directly."""
        return self._uri

    async def register(self, timeout_s: float = 10.0) -> RegistrationChanged:
        """REGISTER; raises PhoneError with the status if the registrar refuses."""
        change = await self._registration(on=True, timeout_s=timeout_s)
        if not change.registered:
            raise PhoneError(f"registration refused: {change.status} {change.reason}")
        return change

    async def unregister(self, timeout_s: float = 10.0) -> None:
        """Take the binding away."""
        await self._registration(on=False, timeout_s=timeout_s)

    async def call(self, uri: str, *, headers: Mapping[str, str] | None = None) -> PjsuaCall:
        """INVITE `uri`; returns while it is still calling."""
        answer = await self._link().ask("call", uri=uri, headers=dict(headers or {}))
        call = self._call(int(answer["call"]), remote=uri)
        self._forget_ended(call)
        return call

    async def wait_incoming(self, timeout_s: float = 10.0) -> PjsuaCall:
        """The next incoming call, ringing."""
        try:
            return await asyncio.wait_for(self._incoming.get(), timeout_s)
        except TimeoutError:
            raise PhoneError(f"no call came in within {timeout_s:g} s") from None

    async def close(self) -> None:
        """Hang up, unregister, end the child. Idempotent."""
        if self._child is not None:
            await self._child.close()

    async def __aenter__(self) -> PjsuaPhone:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def _link(self) -> LineChild:
        if self._child is None:
            raise PhoneError("the phone was not started")
        return self._child

    async def _registration(self, *, on: bool, timeout_s: float) -> RegistrationChanged:
        told = len(self._registrations)
        await self._link().ask("register", on=on)
        await _wait(
            self._changed,
            lambda: len(self._registrations) > told,
            timeout_s,
            "the registrar did not answer",
        )
        return self._registrations[-1]

    def _call(
        self, number: int, remote: str, headers: Mapping[str, str] | None = None
    ) -> PjsuaCall:
        # Events of our own INVITE may come before its command is answered.
        call = self._calls.get(number)
        if call is None:
            call = self._calls[number] = PjsuaCall(self._link(), number, self._changed)
        call.remote = remote or call.remote
        call.headers = headers or call.headers
        return call

    async def _take(self, line: Line) -> None:
        at = Instant(line["mono"], line["wall"])
        async with self._changed:
            match line["event"]:
                case "registration":
                    self._registrations.append(
                        RegistrationChanged(at, line["registered"], line["status"], line["reason"])
                    )
                case "incoming":
                    call = self._call(line["call"], line["remote"], line["headers"])
                    self._incoming.put_nowait(call)
                case _:
                    call = self._call(line["call"], remote="")
                    call.take(_event(at, line))
                    self._forget_ended(call)
            self._changed.notify_all()

    def _forget_ended(self, call: PjsuaCall) -> None:
        # A call of ours may be over before its command is answered: it stays until it is claimed.
        if call.state is CallState.TERMINATED and call.remote:
            self._calls.pop(call.number, None)


class PjsuaCall:
    """One call of a `PjsuaPhone`; fills `phone.contract.PhoneCall`."""

    def __init__(self, link: LineChild, number: int, changed: asyncio.Condition) -> None:
        self._link = link
        self.number = number
        self._changed = changed
        self.remote = ""
        self.headers: Mapping[str, str] = {}
        self.events: list[PhoneEvent] = []
        self.state = CallState.CALLING
        self.media = MediaState.NONE
        self.status = 0
        self.digits = ""

    def take(self, event: PhoneEvent) -> None:
        """Note what the child told."""
        self.events.append(event)
        match event:
            case CallStateChanged():
                self.state, self.status = event.state, event.status
            case MediaStateChanged():
                self.media = event.media
            case DigitReceived():
                self.digits += event.digit

    async def answer(self, status: int = 200) -> None:
        """Answer with this status."""
        await self._ask("answer", status=status)

    async def hangup(self) -> None:
        """End the call, whatever its state."""
        if self.state is not CallState.TERMINATED:
            await self._ask("hangup")
            await self.wait_state(CallState.TERMINATED)

    async def send_dtmf(self, digits: str) -> None:
        """Press keys, as RFC 4733 events."""
        await self._ask("dtmf", digits=digits)

    async def hold(self) -> None:
        """Put the other side on hold."""
        await self._ask("hold")
        await self.wait_media(MediaState.LOCAL_HOLD)

    async def unhold(self) -> None:
        """Take the other side back."""
        await self._ask("unhold")
        await self.wait_media(MediaState.ACTIVE)

    async def play_tone(self, frequency_hz: int) -> None:
        """Say a continuous tone."""
        await self._ask("tone", frequency_hz=frequency_hz)

    async def play_wav(self, path: Path, *, loop: bool = True) -> None:
        """Say a WAV file."""
        await self._ask("wav", path=str(path), loop=loop)

    async def be_silent(self) -> None:
        """Stop the tone or the file."""
        await self._ask("silence")

    async def record(self, path: Path) -> Instant:
        """Write what is heard to a WAV file; the moment of its first sample."""
        answer = await self._ask("record", path=str(path))
        return Instant(answer["mono"], answer["wall"])

    async def wait_state(self, state: CallState, timeout_s: float = 10.0) -> CallStateChanged:
        """The moment it came to `state`, now or before."""

        def reached() -> list[CallStateChanged]:
            return [e for e in self.events if isinstance(e, CallStateChanged) and e.state is state]

        def settled() -> bool:
            return bool(reached()) or self.state is CallState.TERMINATED

        await _wait(self._changed, settled, timeout_s, f"the call did not become {state.value}")
        if not reached():
            raise PhoneError(f"the call did not become {state.value}: it ended with {self.status}")
        return reached()[-1]

    async def wait_media(self, media: MediaState, timeout_s: float = 10.0) -> MediaStateChanged:
        """The last change of media, once it is to `media`."""
        what = f"the call's audio did not become {media.value}"
        await _wait(self._changed, lambda: self.media is media, timeout_s, what)
        return next(e for e in reversed(self.events) if isinstance(e, MediaStateChanged))

    async def wait_digits(self, count: int, timeout_s: float = 10.0) -> str:
        """All keys heard, once there are `count` of them."""
        what = f"fewer than {count} keys were heard"
        await _wait(self._changed, lambda: len(self.digits) >= count, timeout_s, what)
        return self.digits

    async def wait_events(self, count: int, timeout_s: float = 86_400.0) -> None:
        """Until `count` events are told in all."""
        what = f"fewer than {count} events came"
        await _wait(self._changed, lambda: len(self.events) >= count, timeout_s, what)

    async def _ask(self, do: str, **values: Any) -> Line:
        if self.state is CallState.TERMINATED:
            raise PhoneError("the call is over")
        return await self._link.ask(do, call=self.number, **values)


def _event(at: Instant, line: Line) -> PhoneEvent:
    match line["event"]:
        case "state":
            state = CallState(line["state"])
            return CallStateChanged(at, state, line["status"], line["reason"])
        case "media":
            return MediaStateChanged(at, MediaState(line["media"]))
        case _:
            return DigitReceived(at, line["digit"])


async def _wait(
    changed: asyncio.Condition, ready: Callable[[], bool], timeout_s: float, what: str
) -> None:
    async with changed:
        try:
            await asyncio.wait_for(changed.wait_for(ready), timeout_s)
        except TimeoutError:
            raise PhoneError(f"{what} within {timeout_s:g} s") from None
