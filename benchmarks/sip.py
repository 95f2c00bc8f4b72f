"""A load of SIP phones behind one UDP socket: only what measuring needs, timed at the wire."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import select
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

_BUFFER: Final = 8 << 20
_LOOK_S: Final = 0.02
_numbers = itertools.count(1)


@dataclass(slots=True)
class Leg:
    """A call as one phone sees it."""

    call_id: str
    local: str
    """Our From or To, with its tag."""
    remote: str
    target: str = ""
    sent: float = 0.0
    """When the INVITE left."""
    setup_s: float | None = None
    """From INVITE to 200."""
    failed: int = 0
    ended: bool = False
    rtp: tuple[str, int] = ("", 0)
    """Where the node takes this leg's audio."""
    invite: str = field(default="", repr=False)


class Phones:
    """Every phone of a benchmark. Nothing happens but inside `run`."""

    def __init__(self, node: tuple[str, int], *, rtp_port: int = 9) -> None:
        self._node = node
        self._rtp_port = rtp_port
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.legs: dict[str, Leg] = {}
        self.answers = True
        """Whether calls that come in are answered, or only rung."""
        self.on_answer: Callable[[Leg], None] = lambda leg: None
        self.registered = 0
        self.options_answered = 0
        self._password = ""

    def __enter__(self) -> Phones:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    # What the phones do.

    def call(self, number: str, *headers: str, user: str = "bench") -> Leg:
        """Send an INVITE."""
        n = next(_numbers)
        uri = f"sip:{number}@{self._node[0]}:{self._node[1]}"
        leg = Leg(f"{n}-{self.address}", f"<sip:{user}@{self.address}>;tag=f{n}", f"<{uri}>", uri)
        leg.invite = self._request(leg, "INVITE", 1, self._sdp(), *headers)
        self.legs[leg.call_id] = leg
        leg.sent = time.perf_counter()
        self._send(leg.invite)
        return leg

    def hang_up(self, leg: Leg) -> None:
        """Send a BYE."""
        self._send(self._request(leg, "BYE", 2))

    def register(self, account: str, password: str) -> None:
        """Send a REGISTER; the answer to its challenge follows by itself."""
        self._password = password
        n = next(_numbers)
        uri = f"sip:{self._node[0]}:{self._node[1]}"
        me = f"<sip:{account}@{self._node[0]}>"
        leg = Leg(f"{n}-{self.address}", f"{me};tag=f{n}", me, uri)
        self._send(self._request(leg, "REGISTER", 1, "", "Expires: 600"))

    def options(self) -> None:
        """Ask the node what it can."""
        n = next(_numbers)
        uri = f"sip:{self._node[0]}:{self._node[1]}"
        leg = Leg(f"{n}-{self.address}", f"<sip:bench@{self.address}>;tag=f{n}", f"<{uri}>", uri)
        with contextlib.suppress(ConnectionRefusedError):
            self._send(self._request(leg, "OPTIONS", 1))

    # What comes back.

    def run(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Take what comes for so long, or until it is enough; whether it was."""
        deadline = time.perf_counter() + seconds
        while not until():
            wait = deadline - time.perf_counter()
            if wait <= 0:
                return False
            if select.select([self._socket], [], [], min(wait, _LOOK_S))[0]:
                self.take()
        return True

    def take(self) -> None:
        """Handle every datagram that waits."""
        for data in self._waiting():
            now = time.perf_counter()
            first, headers, body = _parse(data.decode())
            if first.startswith("SIP/2.0 "):
                self._response(int(first[8:11]), headers, body, now)
            else:
                self._asked(first.split(" ")[0], headers, body)

    def _waiting(self) -> Iterator[bytes]:
        with contextlib.suppress(BlockingIOError):
            while True:
                yield self._socket.recv(65535)

    def _response(self, status: int, headers: dict[str, str], body: str, now: float) -> None:
        method = headers["cseq"].split(" ")[1]
        if method == "REGISTER":
            self._registered(status, headers)
            return
        self.options_answered += method == "OPTIONS"
        leg = self.legs.get(headers["call-id"])
        if leg is None or status < 200:
            return
        if method == "BYE":
            leg.ended = True
        elif status == 200:
            fresh, leg.remote = leg.setup_s is None, headers["to"]
            leg.target = headers["contact"].partition("<")[2].partition(">")[0]
            self._send(self._request(leg, "ACK", 1))
            if fresh:
                leg.setup_s, leg.rtp = now - leg.sent, _media(body)
                self.on_answer(leg)
        else:
            leg.failed, leg.ended, leg.remote = status, True, headers["to"]
            self._send(self._acknowledged(leg))

    def _registered(self, status: int, headers: dict[str, str]) -> None:
        if status == 200:
            self.registered += 1
            return
        uri = f"sip:{self._node[0]}:{self._node[1]}"
        leg = Leg(headers["call-id"], headers["from"], headers["to"].split(";tag")[0], uri)
        account = leg.remote.partition("sip:")[2].partition("@")[0]
        proof = _proof(headers["www-authenticate"], account, self._password, "REGISTER", uri)
        self._send(self._request(leg, "REGISTER", 2, "", "Expires: 600", proof))

    def _asked(self, method: str, headers: dict[str, str], body: str) -> None:
        call_id = headers["call-id"]
        leg = self.legs.get(call_id)
        match method:
            case "INVITE":
                self._incoming(call_id, headers, body)
            case "CANCEL" if leg is not None:
                self._send(_answer(200, headers, leg.local, self.address))
                _, invited, _ = _parse(leg.invite)
                self._send(_answer(487, invited, leg.local, self.address))
                leg.ended = True
            case "BYE":
                if leg is not None:
                    leg.ended = True
                self._send(_answer(200, headers, headers["to"], self.address))
            case "ACK":
                pass
            case _:
                self._send(_answer(200, headers, headers["to"], self.address))

    def _incoming(self, call_id: str, headers: dict[str, str], body: str) -> None:
        local = f"{headers['to']};tag=t{next(_numbers)}"
        target = headers["contact"].partition("<")[2].partition(">")[0]
        leg = Leg(call_id, local, headers["from"], target, rtp=_media(body))
        leg.invite = "\r\n".join(["INVITE", *(f"{k}: {v}" for k, v in headers.items()), "", ""])
        if call_id in self.legs:  # sent again, or asked anew within the call
            leg = self.legs[call_id]
        self.legs[call_id] = leg
        if self.answers:
            self._send(_answer(200, headers, leg.local, self.address, self._sdp()))
            self.on_answer(leg)
        else:
            self._send(_answer(180, headers, leg.local, self.address))

    # Words on the wire.

    def _request(self, leg: Leg, method: str, cseq: int, body: str = "", *more: str) -> str:
        lines = [
            f"{method} {leg.target} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.address};branch=z9hG4bK{next(_numbers)}",
            "Max-Forwards: 70",
            f"From: {leg.local}",
            f"To: {leg.remote}",
            f"Call-ID: {leg.call_id}",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:bench@{self.address}>",
            *more,
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join(lines) + "\r\n\r\n" + body

    def _acknowledged(self, leg: Leg) -> str:
        """An ACK for a refusal has the INVITE's branch (RFC 3261 section 17.1.1.3)."""
        text = self._request(leg, "ACK", 1)
        branch = leg.invite.partition("\r\nVia: ")[2].partition("\r\n")[0]
        own = text.partition("\r\nVia: ")[2].partition("\r\n")[0]
        return text.replace(own, branch, 1)

    def _sdp(self) -> str:
        lines = [
            "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0",
            f"m=audio {self._rtp_port} RTP/AVP 0 101",
            "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000", "a=sendrecv",
        ]  # fmt: skip
        return "\r\n".join(lines) + "\r\n"

    def _send(self, text: str) -> None:
        self._socket.sendto(text.encode(), self._node)


def _answer(status: int, headers: dict[str, str], to: str, me: str, body: str = "") -> str:
    reason = {180: "Ringing", 200: "OK", 487: "Request Terminated"}[status]
    lines = [f"SIP/2.0 {status} {reason}", f"Via: {headers['via']}", f"From: {headers['from']}"]
    lines += [f"To: {to}", f"Call-ID: {headers['call-id']}", f"CSeq: {headers['cseq']}"]
    lines += [f"Contact: <sip:bench@{me}>"]
    lines += ["Content-Type: application/sdp"] if body else []
    return "\r\n".join([*lines, f"Content-Length: {len(body)}"]) + "\r\n\r\n" + body


def _parse(text: str) -> tuple[str, dict[str, str], str]:
    head, _, body = text.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first, {name.strip().lower(): value.strip() for name, _, value in pairs}, body


def _media(sdp: str) -> tuple[str, int]:
    host = sdp.partition("c=IN IP4 ")[2].split("\r\n")[0]
    return host, int(sdp.partition("m=audio ")[2].split(" ")[0] or 0)


def _proof(challenge: str, account: str, password: str, method: str, uri: str) -> str:
    """RFC 2617 with MD5 and, where offered, qop=auth."""
    given = {
        name.strip().removeprefix("Digest "): value.strip('"')
        for name, _, value in (part.partition("=") for part in challenge.split(","))
    }
    ha1 = _md5(account, given["realm"], password)
    ha2 = _md5(method, uri)
    proof = f'Authorization: Digest username="{account}", realm="{given["realm"]}", '
    proof += f'nonce="{given["nonce"]}", uri="{uri}", algorithm=MD5, '
    if "qop" not in given:
        return proof + f'response="{_md5(ha1, given["nonce"], ha2)}"'
    response = _md5(ha1, given["nonce"], "00000001", "c", "auth", ha2)
    return proof + f'qop=auth, nc=00000001, cnonce="c", response="{response}"'


def _md5(*words: str) -> str:
    # The digest of SIP phones; nothing is protected by it here.
    return hashlib.md5(":".join(words).encode(), usedforsecurity=False).hexdigest()
