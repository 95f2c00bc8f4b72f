"""Bytes to messages (RFC 3261 sections 7 and 25). Any bytes give a Message or a PeerError."""

from __future__ import annotations

import re
from typing import Final

from switch.sip.errors import MalformedError, TooLargeError, VersionError
from switch.sip.headers import canonical, is_token
from switch.sip.message import HeaderList, Message, Request, Response

MAX_BYTES: Final = 65_535
MAX_HEADERS: Final = 256

_ONCE: Final = frozenset(  # RFC 3261 section 7.3.1: other headers may be repeated as lists
    {"from", "to", "call-id", "cseq", "max-forwards", "content-length", "content-type", "expires"}
)
_FOLD: Final = re.compile(r"[ \t]*\r\n[ \t]+")
_VERSION: Final = re.compile(r"SIP/\d+\.\d+\Z", re.IGNORECASE)


def parse(data: bytes) -> Request | Response:
    """Read one datagram; raises PeerError (with what `status_hint` says) if it is not SIP."""
    message = split(data)
    check(message)
    return message


def split(data: bytes) -> Request | Response:
    """Read start line, header lines and body, without looking into the values."""
    if len(data) > MAX_BYTES:
        raise TooLargeError
    head, end, body = data.lstrip(b"\r\n").partition(b"\r\n\r\n")
    if not end:
        raise MalformedError("no empty line after the headers")
    text = head.decode("utf-8", "surrogateescape")
    if "\r\n " in text or "\r\n\t" in text:
        text = _FOLD.sub(" ", text)
    start, *lines = text.split("\r\n")
    if len(lines) > MAX_HEADERS:
        raise TooLargeError("too many header lines")
    if "\n" in text.replace("\r\n", "") or text.count("\r") != len(lines):
        raise MalformedError("a stray line end")
    headers: HeaderList = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise MalformedError("a header line without a colon")
        headers.append((canonical(name), value.strip()))
    return _with_start(start, headers, body)


def _with_start(start: str, headers: HeaderList, body: bytes) -> Request | Response:
    if start[:4].upper() == "SIP/":
        version, _, rest = start.partition(" ")
        status, _, reason = rest.partition(" ")
        if version.upper() != "SIP/2.0":
            raise VersionError
        if len(status) != 3 or not (status.isascii() and status.isdigit()):
            raise MalformedError("a status line without a status of three digits")
        if not "100" <= status <= "699":
            raise MalformedError("a status that does not exist")
        return Response(int(status), reason, headers, body)
    parts = start.split(" ")
    method = parts[0]
    if len(parts) < 3 or not is_token(method) or not _VERSION.match(parts[-1]):
        raise MalformedError("a request line that does not follow the grammar")
    # A Request-URI with blanks is kept, so that the request can be refused with an answer.
    kind = Request if parts[-1].upper() == "SIP/2.0" else _OtherVersion
    return kind(method, " ".join(parts[1:-1]), headers, body)


class _OtherVersion(Request):
    """A request of a SIP version that is not ours; answered 505."""

    __slots__ = ()


def check(message: Message) -> None:
    """See that what each message needs is there and well formed (RFC 3261 section 8.1.1).

    Cuts the body to Content-Length. Raises PeerError.
    """
    if isinstance(message, _OtherVersion):
        raise VersionError
    once = [key for key, _ in message.headers if key in _ONCE]
    if len(once) != len(set(once)):
        raise MalformedError("more than one of what stands once")
    _cut_body(message)
    message.need("call-id")
    _ = message.via, message.from_, message.to  # read for what they raise
    cseq = message.cseq
    if isinstance(message, Request):
        if cseq.method != message.method:
            raise MalformedError("CSeq is of another method")
        if not message.uri or " " in message.uri or message.uri[0] == "<":
            raise MalformedError("a Request-URI that does not follow the grammar")
        hops = message.get("max-forwards")
        if hops is not None and not (hops.isascii() and hops.isdigit() and int(hops[:4]) <= 255):
            raise MalformedError("Max-Forwards is not a number up to 255")


def _cut_body(message: Message) -> None:
    value = message.get("content-length")
    if value is None:
        return
    if not (value.isascii() and value.isdigit()) or len(value) > 9:
        raise MalformedError("Content-Length is not a number")
    length = int(value)
    if length > len(message.body):
        raise MalformedError("the body is shorter than Content-Length")
    message.body = message.body[:length]
    # Written anew when the message is sent.
    message.headers = [item for item in message.headers if item[0] != "content-length"]
