import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.contract import Codec, Direction
from switch.sdp.errors import SdpMalformedError, SdpRejectedError
from switch.sdp.negotiate import LocalMedia, make_answer, make_offer, read_answer
from switch.sdp.sdp import parse

US = LocalMedia("127.0.0.1", 20000, session_id=7, version=3)


def offer(
    *lines: str, m: str = "audio 4000 RTP/AVP 8 0 96", c: str | None = "IN IP4 192.0.2.5"
) -> bytes:
    head = ["v=0", "o=- 1 1 IN IP4 192.0.2.5", "s=-", *([f"c={c}"] if c else []), "t=0 0"]
    return "\r\n".join([*head, f"m={m}", "a=rtpmap:96 telephone-event/8000", *lines, ""]).encode()


def test_the_offerer_s_order_decides_and_its_payload_types_are_kept() -> None:
    got = make_answer(offer(), US, "192.0.2.5")
    assert (got.remote.address, got.remote.port) == ("192.0.2.5", 4000)
    assert (got.remote.codec, got.remote.payload_type) == (Codec.PCMA, 8)
    assert got.remote.dtmf_payload_type == 96
    assert not got.remote.learn
    media = parse(got.sdp).media[0]
    assert (media.port, media.formats) == (20000, ["8", "96"])
    assert b"o=- 7 3 IN IP4 127.0.0.1\r\n" in got.sdp


def test_a_dynamic_type_for_pcmu_is_understood() -> None:
    got = make_answer(offer("a=rtpmap:97 pcmu/8000/1", m="audio 4000 RTP/AVP 97 8"), US)
    assert (got.remote.codec, got.remote.payload_type) == (Codec.PCMU, 97)
    assert b"a=rtpmap:97 PCMU/8000\r\n" in got.sdp
    assert got.remote.dtmf_payload_type is None


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("a=sendonly", Direction.RECVONLY),
        ("a=recvonly", Direction.SENDONLY),
        ("a=inactive", Direction.INACTIVE),
        ("a=sendrecv", Direction.SENDRECV),
        ("a=ptime:30", Direction.SENDRECV),
    ],
)
def test_hold_by_direction(theirs: str, ours: Direction) -> None:
    got = make_answer(offer(theirs), US)
    assert got.remote.direction is ours
    assert f"a={ours.value}\r\n".encode() in got.sdp


def test_hold_by_the_address_of_rfc_2543() -> None:
    got = make_answer(offer(c="IN IP4 0.0.0.0"), US, "192.0.2.5")
    assert got.remote.direction is Direction.RECVONLY
    assert not got.remote.learn


def test_a_held_stream_stays_held_whatever_the_peer_wants() -> None:
    held = replace(US, direction=Direction.SENDONLY)
    assert make_answer(offer(), held).remote.direction is Direction.SENDONLY
    assert make_answer(offer("a=sendonly"), held).remote.direction is Direction.INACTIVE


@pytest.mark.parametrize(
    ("source", "learns"), [("192.0.2.5", False), ("203.0.113.9", True), ("", False)]
)
def test_the_address_is_learned_where_nat_may_stand_between(source: str, learns: bool) -> None:
    remote = make_answer(offer(), US, source).remote
    assert remote.learn is learns
    assert remote.signalling_address == (source or None)


def test_video_and_second_audio_streams_are_refused_in_their_places() -> None:
    data = offer("m=video 5000 RTP/AVP 31", "m=audio 6000 RTP/AVP 0")
    data = data.replace(b"m=audio 4000", b"m=message 9 TCP/MSRP *\r\nm=audio 4000")
    media = parse(make_answer(data, US).sdp).media
    assert [(m.kind, m.port) for m in media] == [
        ("message", 0), ("audio", 20000), ("video", 0), ("audio", 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "bad",
    [
        offer(m="audio 4000 RTP/AVP 18"),
        offer(m="audio 0 RTP/AVP 0"),
        offer(m="audio 4000 RTP/SAVP 0"),
        offer(m="video 4000 RTP/AVP 31"),
        offer(c=None),
        b"v=0\r\ns=-\r\n",
    ],
)
def test_what_has_no_audio_for_us_is_rejected(bad: bytes) -> None:
    with pytest.raises(SdpRejectedError) as caught:
        make_answer(bad, US)
    assert caught.value.status_hint == 488


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\x00\xff",
        b"v=1\r\n",
        offer(m="audio 70000 RTP/AVP 0"),
        offer(m="audio x RTP/AVP 0"),
        offer(m="audio"),
        offer(c="IN IP4"),
        offer(c="IN IP4 1.2.3.4 ; rm"),
        offer("nonsense"),
        offer(*["m=audio 1 RTP/AVP 0"] * 20),
        offer("a=x:" + "y" * 20_000),
    ],
)
def test_what_is_no_sdp_is_malformed(bad: bytes) -> None:
    with pytest.raises(SdpMalformedError):
        make_answer(bad, US)


def test_our_offer_and_its_answer_fit() -> None:
    ours, theirs = US, LocalMedia("192.0.2.5", 4000, codecs=(Codec.PCMA,))
    answered = make_answer(make_offer(ours), theirs, "127.0.0.1")
    got = read_answer(answered.sdp, ours, "192.0.2.5").remote
    assert (got.codec, got.payload_type, got.dtmf_payload_type) == (Codec.PCMA, 8, 101)
    assert (got.address, got.port, got.direction) == ("192.0.2.5", 4000, Direction.SENDRECV)


@given(
    st.sampled_from(list(Direction)), st.sampled_from(list(Direction)), st.booleans(), st.booleans()
)
def test_the_two_sides_always_agree(
    one: Direction, other: Direction, dtmf_one: bool, dtmf_other: bool
) -> None:
    ours = replace(US, direction=one, dtmf=dtmf_one)
    theirs = LocalMedia("192.0.2.5", 4000, direction=other, dtmf=dtmf_other)
    answered = make_answer(make_offer(ours), theirs)
    got = read_answer(answered.sdp, ours).remote
    assert got.direction.sends == answered.remote.direction.receives
    assert got.direction.receives == answered.remote.direction.sends
    assert got.dtmf_payload_type == answered.remote.dtmf_payload_type


LINES = st.text("vosctma=:0 19IN4P.\r\n/audioRTPV", max_size=200).map(str.encode)


@given(st.binary(max_size=300) | LINES)
def test_any_bytes_are_negotiated_or_rejected(data: bytes) -> None:
    for body in (data, b"v=0\r\n" + data, offer() + data):
        with contextlib.suppress(SdpRejectedError):
            parse(make_answer(body, US).sdp)
