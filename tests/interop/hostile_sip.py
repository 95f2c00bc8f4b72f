"""Datagrams as an attacker makes them: real messages, spoilt in a repeatable way."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

_SDP = (
    b"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
)
_METHODS = (
    ("INVITE", "201", b"application/sdp", _SDP),
    ("REGISTER", "201", b"", b""),
    ("OPTIONS", "6000", b"", b""),
    ("BYE", "6000", b"", b""),
    ("CANCEL", "6000", b"", b""),
    ("ACK", "6000", b"", b""),
    ("INFO", "6000", b"application/dtmf-relay", b"Signal=5\r\nDuration=160\r\n"),
    ("UPDATE", "6000", b"application/sdp", _SDP),
    ("SUBSCRIBE", "6000", b"", b""),
)
_NASTY = (
    b"\x00", b"\xff\xfe", b"\r\n", b"\r\n\r\n", b" ", b"\t", b"%00", b"%s%n", b"<", b">", b'"',
    b"[::", b"]", b";", b",", b":", b"-1", b"0", b"4294967296", b"9" * 40, b"A" * 5000,
    b"sip:" * 50, b"\xe4\xb8\xad", b"../../", b"' OR 1=1--",
)  # fmt: skip
_LINES = (
    b"Content-Length: -5", b"Content-Length: 99999", b"CSeq: 1", b"CSeq: 99999999999 INVITE",
    b"Via: SIP/2.0/UDP", b"Via: SIP/2.0/UDP 127.0.0.1;branch=", b"Max-Forwards: 0",
    b"Require: everything", b"Expires: -1", b"Contact: *", b"Contact: <sip:[::1>", b"To: <<>>",
    b"From: ;tag=", b"Authorization: Digest " + b"a=" * 300, b"Route: <sip:6000@127.0.0.1;lr>",
    b"User-to-User: " + b"4" * 900 + b";encoding=hex", b"X-Segue-Handoff: \xff\xff",
    b"Session-Expires: 0", b"Replaces: a;to-tag=b;from-tag=c",
)  # fmt: skip


def message(number: int, port: int, method: str, user: str, kind: bytes, body: bytes) -> bytes:
    """One message as it should be."""
    type_ = b"Content-Type: " + kind + b"\r\n" if kind else b""
    tag = b";tag=none" if method in ("BYE", "INFO", "UPDATE", "ACK") else b""
    return (
        b"%s sip:%s@127.0.0.1 SIP/2.0\r\n"
        b"Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKh%d;rport\r\n"
        b"Max-Forwards: 70\r\nFrom: <sip:x%d@127.0.0.1>;tag=h%d\r\nTo: <sip:%s@127.0.0.1>%s\r\n"
        b"Call-ID: hostile-%d\r\nCSeq: 1 %s\r\nContact: <sip:x@127.0.0.1:%d>\r\n%s"
        b"Content-Length: %d\r\n\r\n%s"
    ) % (
        method.encode(), user.encode(), port, number, number, number, user.encode(), tag,
        number, method.encode(), port, type_, len(body), body,
    )  # fmt: skip


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _insert(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(_NASTY) + data[at:]


def _replace(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(_NASTY) + data[at + chance.randint(1, 30) :]


def _odd_line(data: bytes, chance: random.Random) -> bytes:
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    lines.insert(chance.randint(1, len(lines)), chance.choice(_LINES))
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _lose_line(data: bytes, chance: random.Random) -> bytes:
    lines = data.split(b"\r\n")
    del lines[chance.randrange(len(lines))]
    return b"\r\n".join(lines)


def _shuffle(data: bytes, chance: random.Random) -> bytes:
    first, *lines = data.split(b"\r\n")
    chance.shuffle(lines)
    return b"\r\n".join([first, *lines])


def _answer(data: bytes, chance: random.Random) -> bytes:
    status = chance.choice((b"100 Trying", b"200 OK", b"200", b"999 ?", b"-1 no", b"\xff \xff"))
    return b"SIP/2.0 " + status + b"\r\n" + data.partition(b"\r\n")[2]


def _noise(data: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.randint(1, 1400))


def _whole(data: bytes, chance: random.Random) -> bytes:
    return data


_SPOIL: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _cut, _insert, _replace, _odd_line, _lose_line, _shuffle, _answer, _noise, _whole,
)  # fmt: skip


def datagrams(count: int, seed: int, port: int) -> Iterator[bytes]:
    """`count` datagrams; `port` is where answers may go."""
    chance = random.Random(seed)
    for number in range(count):
        method, user, kind, body = chance.choice(_METHODS)
        data = message(number, port, method, user, kind, body)
        for _ in range(chance.randint(1, 2)):
            data = chance.choice(_SPOIL)(data, chance) or b"\x00"
        yield data[:60_000]
