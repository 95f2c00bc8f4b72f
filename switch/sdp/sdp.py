"""Session descriptions: parse and serialise (RFC 8866). Hostile input is bounded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from switch.sdp.errors import SdpMalformedError

MAX_BYTES: Final = 16_384
MAX_LINES: Final = 512
MAX_MEDIA: Final = 16

_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`{|}~/]+\Z")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.\-:]{1,255}\Z")

Attribute = tuple[str, str | None]
"""`a=name:value`, or `a=name` with None."""


@dataclass(slots=True)
class Origin:
    """`o=`: who made the session; `version` grows by one with each change."""

    username: str
    session_id: str
    version: str
    address: str

    def line(self) -> str:
        """The whole line."""
        return (
            f"o={self.username} {self.session_id} {self.version} "
            f"IN {family(self.address)} {self.address}"
        )


@dataclass(slots=True)
class MediaDescription:
    """One `m=` section. `connection` is None where the session's holds."""

    kind: str
    port: int
    protocol: str
    formats: list[str]
    connection: str | None = None
    attributes: list[Attribute] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        """The values of all attributes of that name."""
        return [value for key, value in self.attributes if key == name and value is not None]


@dataclass(slots=True)
class SessionDescription:
    """A whole session description; lines that media do not need are left out."""

    origin: Origin
    name: str = "-"
    connection: str | None = None
    attributes: list[Attribute] = field(default_factory=list)
    media: list[MediaDescription] = field(default_factory=list)

    def encode(self) -> bytes:
        """As it goes into a body."""
        lines = ["v=0", self.origin.line(), f"s={self.name}"]
        if self.connection is not None:
            lines.append(f"c=IN {family(self.connection)} {self.connection}")
        lines.append("t=0 0")
        lines += [_attribute_line(item) for item in self.attributes]
        for media in self.media:
            formats = " ".join(media.formats)
            lines.append(f"m={media.kind} {media.port} {media.protocol} {formats}")
            if media.connection is not None:
                lines.append(f"c=IN {family(media.connection)} {media.connection}")
            lines += [_attribute_line(item) for item in media.attributes]
        return ("\r\n".join(lines) + "\r\n").encode()


def family(address: str) -> str:
    """IP4 or IP6."""
    return "IP6" if ":" in address else "IP4"


def _attribute_line(item: Attribute) -> str:
    name, value = item
    return f"a={name}" if value is None else f"a={name}:{value}"


def parse(data: bytes) -> SessionDescription:
    """Read a session description; SdpMalformedError for what is not one."""
    if len(data) > MAX_BYTES:
        raise SdpMalformedError("more than 16 KiB of SDP")
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) > MAX_LINES or not lines or lines[0] != "v=0":
        raise SdpMalformedError("no v=0 at the beginning, or too many lines")
    session = SessionDescription(Origin("-", "0", "0", "0.0.0.0"))
    for line in lines[1:]:
        if len(line) < 2 or line[1] != "=":
            raise SdpMalformedError("a line that is not `x=…`")
        _take(session, line[0], line[2:].rstrip())
    return session


def _take(session: SessionDescription, kind: str, value: str) -> None:
    if kind == "m":
        if len(session.media) >= MAX_MEDIA:
            raise SdpMalformedError("too many media")
        session.media.append(_media(value))
    elif kind == "a":
        name, colon, text = value.partition(":")
        holder = session.media[-1].attributes if session.media else session.attributes
        holder.append((name, text if colon else None))
    elif kind == "c":
        holder_of_connection = session.media[-1] if session.media else session
        holder_of_connection.connection = _connection(value)
    elif kind == "o":
        session.origin = _origin(value)
    elif kind == "s":
        session.name = value


def _media(value: str) -> MediaDescription:
    parts = value.split()
    if len(parts) < 4 or len(parts) > 64 or not all(_TOKEN.match(part) for part in parts):
        raise SdpMalformedError("an m= line that does not follow the grammar")
    port = parts[1].partition("/")[0]
    if not (port.isascii() and port.isdigit()) or len(port) > 5 or int(port) > 65535:
        raise SdpMalformedError("an m= line with an impossible port")
    return MediaDescription(parts[0].lower(), int(port), parts[2], parts[3:])


def _connection(value: str) -> str:
    parts = value.split()
    if len(parts) != 3 or parts[0] != "IN" or parts[1] not in ("IP4", "IP6"):
        raise SdpMalformedError("a c= line that does not follow the grammar")
    address = parts[2].partition("/")[0]
    if not _ADDRESS.match(address):
        raise SdpMalformedError("a c= line with an impossible address")
    return address


def _origin(value: str) -> Origin:
    parts = value.split()
    if len(parts) != 6:
        raise SdpMalformedError("an o= line that does not follow the grammar")
    return Origin(parts[0], parts[1], parts[2], parts[5])
