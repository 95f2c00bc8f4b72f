"""Offer and answer for one audio stream (RFC 3264).

The offerer's order of codecs decides. What is not audio is refused with port 0 and kept in its
place. Whether the peer's address must be learned is decided here too (design: Media address).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from media.contract import Codec, Direction, RemoteMedia
from switch.sdp.errors import SdpRejectedError
from switch.sdp.sdp import Attribute, MediaDescription, Origin, SessionDescription, parse

STATIC_TYPES: Final = {Codec.PCMU: 0, Codec.PCMA: 8}
"""RFC 3551 table 4."""
DTMF_TYPE: Final = 101
DTMF_EVENTS: Final = "0-16"
PTIME_MS: Final = 20

_PROTOCOLS: Final = ("RTP/AVP", "RTP/AVPF")
_MIRRORED: Final = {
    Direction.SENDRECV: Direction.SENDRECV,
    Direction.SENDONLY: Direction.RECVONLY,
    Direction.RECVONLY: Direction.SENDONLY,
    Direction.INACTIVE: Direction.INACTIVE,
}


@dataclass(frozen=True, slots=True)
class LocalMedia:
    """Our side of the stream.

    `codecs` in our order of preference. `session_id` stays for the leg's life, `version` grows
    with each description that differs (RFC 3264 section 8).
    """

    address: str
    port: int
    codecs: Sequence[Codec] = (Codec.PCMU, Codec.PCMA)
    dtmf: bool = True
    direction: Direction = Direction.SENDRECV
    session_id: int = 1
    version: int = 1


@dataclass(frozen=True, slots=True)
class Negotiated:
    """What came of an offer and its answer.

    `sdp` is our answer; empty where the peer answered us. `remote.direction` is seen from us.
    """

    sdp: bytes
    remote: RemoteMedia


@dataclass(frozen=True, slots=True)
class _Chosen:
    codec: Codec
    payload_type: int
    dtmf_payload_type: int | None


def make_offer(local: LocalMedia) -> bytes:
    """An offer with all our codecs."""
    types = [(codec, STATIC_TYPES[codec]) for codec in local.codecs]
    return _describe(local, [_audio(local, types, DTMF_TYPE if local.dtmf else None)])


def make_answer(offer: bytes, local: LocalMedia, signalling_address: str = "") -> Negotiated:
    """Answer `offer`; raises SdpRejectedError where there is no audio stream for us.

    `signalling_address` is the host that the offer came from.
    """
    session = parse(offer)
    audio = _usable(session)
    chosen = _choose(audio, local)
    theirs = _direction(session, audio)
    direction = _meet(local.direction, _MIRRORED[theirs])
    media = []
    for description in session.media:
        if description is audio:
            answered = _audio(
                local, [(chosen.codec, chosen.payload_type)], chosen.dtmf_payload_type
            )
            answered.protocol = audio.protocol
            _set_direction(answered, direction)
            media.append(answered)
        else:
            media.append(_refused(description))
    remote = _remote(session, audio, chosen, direction, signalling_address)
    return Negotiated(_describe(local, media), remote)


def read_answer(answer: bytes, local: LocalMedia, signalling_address: str = "") -> Negotiated:
    """Read the answer to our offer `local`; raises SdpRejectedError if the stream was refused."""
    session = parse(answer)
    audio = _usable(session)
    chosen = _choose(audio, local)
    direction = _meet(local.direction, _MIRRORED[_direction(session, audio)])
    return Negotiated(b"", _remote(session, audio, chosen, direction, signalling_address))


def _usable(session: SessionDescription) -> MediaDescription:
    for media in session.media:
        if media.kind == "audio" and media.port and media.protocol in _PROTOCOLS:
            if media.connection is None and session.connection is None:
                raise SdpRejectedError("an audio stream without a c= line")
            return media
    raise SdpRejectedError


def _choose(audio: MediaDescription, local: LocalMedia) -> _Chosen:
    """The first codec in the peer's order that we take, and telephone-event if both have it."""
    names = _encodings(audio)
    dtmf = None
    if local.dtmf:
        dtmf = next((t for t, name in names if name == "TELEPHONE-EVENT/8000"), None)
    for payload_type, name in names:
        for codec in local.codecs:
            if name == f"{codec.value}/8000":
                return _Chosen(codec, payload_type, dtmf)
    raise SdpRejectedError("no codec in common")


def _encodings(audio: MediaDescription) -> list[tuple[int, str]]:
    """(payload type, `NAME/clock`) in the peer's order; static types need no rtpmap."""
    maps = {number: f"{codec.value}/8000" for codec, number in STATIC_TYPES.items()}
    for value in audio.values("rtpmap"):
        number, _, name = value.partition(" ")
        if number.isascii() and number.isdigit() and len(number) <= 3:
            parts = name.strip().upper().split("/")
            maps[int(number)] = "/".join(parts[:2]) if parts[2:] in ([], ["1"]) else name
    found = []
    for text in audio.formats:
        if text.isascii() and text.isdigit() and len(text) <= 3 and int(text) in maps:
            number_of_format = int(text)
            if number_of_format < 128:
                found.append((number_of_format, maps[number_of_format]))
    return found


def _direction(session: SessionDescription, audio: MediaDescription) -> Direction:
    """The peer's direction, seen from it; c=0.0.0.0 is the hold of RFC 2543 (section 8.4)."""
    found = Direction.SENDRECV
    for attributes in (session.attributes, audio.attributes):
        for name, value in attributes:
            if value is None and name in _DIRECTIONS:
                found = _DIRECTIONS[name]
    if (audio.connection or session.connection) in ("0.0.0.0", "::"):
        return Direction.SENDONLY if found.sends else Direction.INACTIVE
    return found


_DIRECTIONS: Final = {direction.value: direction for direction in Direction}


def _meet(ours: Direction, allowed: Direction) -> Direction:
    """What both sides allow, seen from us."""
    sends, receives = ours.sends and allowed.sends, ours.receives and allowed.receives
    if sends:
        return Direction.SENDRECV if receives else Direction.SENDONLY
    return Direction.RECVONLY if receives else Direction.INACTIVE


def _remote(
    session: SessionDescription,
    audio: MediaDescription,
    chosen: _Chosen,
    direction: Direction,
    signalling_address: str,
) -> RemoteMedia:
    address = audio.connection or session.connection or ""
    return RemoteMedia(
        address=address,
        port=audio.port,
        codec=chosen.codec,
        payload_type=chosen.payload_type,
        dtmf_payload_type=chosen.dtmf_payload_type,
        direction=direction,
        ptime_ms=_ptime(audio),
        learn=_must_learn(address, signalling_address),
        signalling_address=signalling_address or None,
    )


def _ptime(audio: MediaDescription) -> int:
    for value in audio.values("ptime"):
        text = value.strip().partition(".")[0]
        if text.isascii() and text.isdigit() and len(text) <= 3 and 10 <= int(text) <= 60:
            return int(text) // 10 * 10
    return PTIME_MS


def _must_learn(address: str, signalling_address: str) -> bool:
    """Whether NAT may stand between: media and signalling do not come from one host."""
    if not signalling_address or address == signalling_address:
        return False
    try:
        return not ipaddress.ip_address(address).is_unspecified
    except ValueError:
        return True  # a name: the first packets tell its address


def _refused(description: MediaDescription) -> MediaDescription:
    return MediaDescription(description.kind, 0, description.protocol, description.formats)


def _audio(
    local: LocalMedia, types: Sequence[tuple[Codec, int]], dtmf: int | None
) -> MediaDescription:
    formats = [str(number) for _, number in types]
    attributes: list[Attribute] = [
        ("rtpmap", f"{number} {codec.value}/8000") for codec, number in types
    ]
    if dtmf is not None:
        formats.append(str(dtmf))
        attributes += [
            ("rtpmap", f"{dtmf} telephone-event/8000"),
            ("fmtp", f"{dtmf} {DTMF_EVENTS}"),
        ]
    attributes.append(("ptime", str(PTIME_MS)))
    attributes.append((local.direction.value, None))
    return MediaDescription("audio", local.port, "RTP/AVP", formats, None, attributes)


def _set_direction(media: MediaDescription, direction: Direction) -> None:
    media.attributes[-1] = (direction.value, None)


def _describe(local: LocalMedia, media: list[MediaDescription]) -> bytes:
    origin = Origin("-", str(local.session_id), str(local.version), local.address)
    return SessionDescription(origin, "-", local.address, media=media).encode()
