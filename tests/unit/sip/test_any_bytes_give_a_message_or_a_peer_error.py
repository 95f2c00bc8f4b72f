import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from base.events import EventList
from base.virtual import SeededIds, VirtualTime
from switch.sip.config import UserAgentConfig
from switch.sip.errors import PeerError
from switch.sip.message import Request, Response
from switch.sip.parser import parse, split
from switch.sip.useragent import UserAgent
from tests.unit.sip.sip_samples import request

ONE_OF_EACH = [
    request("INVITE", more="Content-Type: application/sdp\r\n", body=b"v=0\r\n"),
    request("REGISTER", more='Expires: 60\r\nAuthorization: Digest username="a", nc=1\r\n'),
    request("OPTIONS", more="Record-Route: <sip:p;lr>, <sip:q;lr>\r\nRequire: 100rel\r\n"),
    request("BYE", swap=("<sip:6000@10.0.0.1>", '"A, \\" B" <sip:6000@10.0.0.1>;tag=x')),
    b"SIP/2.0 200 OK\r\n" + request("INVITE").partition(b"\r\n")[2],
]
POISON = [b"\r\n", b"\r\n ", b'"', b"<", b">", b";", b",", b"\x00", b"\xff", b":", b"%0d", b" "]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    data = bytearray(draw(st.sampled_from(ONE_OF_EACH)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        cut = draw(st.integers(0, 12))
        data[at : at + cut] = draw(st.sampled_from(POISON) | st.binary(max_size=6))
    return bytes(data)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | mutated())
def test_parsing_raises_nothing_else(data: bytes) -> None:
    with contextlib.suppress(PeerError):
        message = parse(data)
        assert parse(message.encode()) == message


class Nobody:
    def ha1(self, account: str, algorithm: str) -> str | None:
        return None


class Refuses:
    def incoming(self, invite: object) -> None:
        return None


@settings(max_examples=300, deadline=None)
@given(st.lists(mutated(), min_size=1, max_size=3))
def test_the_user_agent_survives_them_and_forgets_them(datagrams: list[bytes]) -> None:
    time = VirtualTime()
    config = UserAgentConfig(("10.0.0.1", 5060), open_to_strangers=lambda _called: True)
    agent = UserAgent(config, clock=time, ids=SeededIds(), credentials=Nobody(), sink=EventList())
    sent: list[bytes] = []
    agent.connect(lambda data, _destination: sent.append(data), lambda: None)
    agent.take_calls(Refuses())
    for data in datagrams:
        agent.receive(data, ("10.0.0.9", 5070))
    for data in sent:
        split(data)  # what was wrong in From or To comes back in the 400
    while agent.next_wake() is not None:
        time.advance(1)
        agent.advance()
    assert agent.live().transactions == agent.live().legs == 0


TOKENS = st.text("abcdefXYZ019-.", min_size=1, max_size=12)
VALUES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs"]), max_size=20)
EXTRA = st.lists(st.tuples(TOKENS.map(lambda t: "x-" + t.lower()), VALUES), max_size=5)


@given(TOKENS, EXTRA, st.binary(max_size=50))
def test_parse_after_serialise_is_identity_for_requests(
    user: str, extra: list[tuple[str, str]], body: bytes
) -> None:
    headers = [
        ("via", "SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1"),
        ("from", f'"{user}" <sip:{user}@10.0.0.9>;tag=1'),
        ("to", "<sip:6000@10.0.0.1>"),
        ("call-id", user),
        ("cseq", "1 INVITE"),
        *extra,
    ]
    sent = Request("INVITE", f"sip:{user}@10.0.0.1", headers, body)
    assert parse(sent.encode()) == sent
    answer = sent.response(180, to_tag="t2", headers=extra, body=body)
    back = parse(answer.encode())
    assert isinstance(back, Response)
    assert back == answer
    assert back.to.tag == "t2"
