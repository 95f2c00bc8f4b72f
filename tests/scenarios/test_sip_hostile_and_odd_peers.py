"""A scripted phone does what real phones, proxies and attackers do."""

from dataclasses import replace

import pytest

from switch.net.virtual import RawPhone
from switch.signalling import (
    DigitsSignalled,
    LegAnswered,
    LegEnded,
    LegReoffered,
    LegRinging,
    OfferAnswered,
)
from switch.sip.message import Request, Response
from switch.sip.parser import parse
from tests.scenarios.sip_peers import ANSWER, OFFER, THIRD, Pair

PHONE = ("10.0.0.9", 5070)
PEER = ("10.0.0.2", 5060)
SDP = "Content-Type: application/sdp\r\n"


class Bench(Pair):
    """Bob's user agent and a raw phone."""

    def __init__(self) -> None:
        super().__init__()
        self.phone = RawPhone(self.network, PHONE)
        self.branches = 0

    def text(
        self, method: str, *, uri: str = "sip:6000@10.0.0.2", to: str = "", cseq: int = 1,
        more: str = "", body: bytes = b"", user: str = "mallory", branch: str = "",
    ) -> bytes:  # fmt: skip
        self.branches += 1
        head = (
            f"{method} {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 10.0.0.9:5070;branch={branch or f'z9hG4bK{self.branches}'};rport\r\n"
            f"From: <sip:{user}@10.0.0.9>;tag=far\r\nTo: <sip:6000@10.0.0.2>{to}\r\n"
            f"Call-ID: raw\r\nCSeq: {cseq} {method}\r\nContact: <sip:m@10.0.0.9:5070>\r\n"
            f"{more}Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def send(self, *args: object, **more: object) -> list[int]:
        """Send a request; the statuses that come back within 0.1 s."""
        before = len(self.phone.statuses())
        self.phone.send(self.text(*args, **more), self.bob.address)  # type: ignore[arg-type]
        self.time.advance(0.1)
        return self.phone.statuses()[before:]

    def established(self) -> str:
        """A call that Bob answered; the To parameter of requests within it."""
        self.send("INVITE", more=SDP, body=OFFER)
        self.bob.agent.answer(self.bob.leg, ANSWER)
        self.time.advance(0.1)
        answer = self.phone.received[-1]
        to = f";tag={answer.to.tag}"
        self.send("ACK", to=to)
        self.bob.events.clear()
        return to

    def last(self) -> Response:
        message = self.phone.received[-1]
        assert isinstance(message, Response)
        return message


@pytest.mark.parametrize(
    ("request_line", "status", "header"),
    [
        ({"method": "OPTIONS"}, 200, "allow"),
        ({"method": "OPTIONS", "more": "Max-Forwards: 0\r\n"}, 200, "accept"),
        ({"method": "OPTIONS", "uri": "http://example.com"}, 416, None),
        ({"method": "OPTIONS", "uri": "sip:a b@c"}, 400, None),
        ({"method": "OPTIONS", "more": "Require: 100rel, nothing\r\n"}, 420, "unsupported"),
        ({"method": "SUBSCRIBE"}, 405, "allow"),
        ({"method": "FROBNICATE"}, 501, "allow"),
        ({"method": "BYE", "to": ";tag=unknown"}, 481, None),
        ({"method": "BYE"}, 481, None),
        ({"method": "CANCEL"}, 481, None),
        ({"method": "INVITE", "to": ";tag=unknown"}, 481, None),
        ({"method": "INVITE", "more": "Max-Forwards: 0\r\n"}, 483, None),
        ({"method": "INVITE", "uri": "sip:closed@10.0.0.2"}, 403, None),
        ({"method": "INVITE", "user": "1001"}, 401, "www-authenticate"),
        ({"method": "INVITE", "more": "Content-Type: text/x\r\n", "body": b"x"}, 415, "accept"),
        ({"method": "INVITE", "more": "Require: timer\r\n"}, 420, "unsupported"),
        ({"method": "REGISTER"}, 401, "www-authenticate"),
    ],
)
def test_requests_out_of_the_ordinary(
    request_line: dict[str, object], status: int, header: str | None
) -> None:
    bench = Bench()
    assert bench.send(**request_line) == [status]  # type: ignore[arg-type]
    response = bench.last()
    assert header is None or response.get(header) is not None
    assert response.get("server") is None
    assert response.get("user-agent") is None
    assert response.to.tag
    assert bench.bob.invites == []
    bench.assert_nothing_left()


def test_a_number_that_nobody_takes_is_not_found() -> None:
    bench = Bench()
    bench.bob.accepts = False
    assert bench.send("INVITE") == [100, 404]
    bench.bob.agent.take_calls(None)
    assert bench.send("INVITE", cseq=2) == [503]
    bench.assert_nothing_left()


def test_the_response_goes_where_the_request_came_from() -> None:
    bench = Bench()
    bench.phone.send(
        bench.text("OPTIONS").replace(b"10.0.0.9:5070", b"192.168.1.2:9999"), bench.bob.address
    )
    bench.time.advance(0.1)
    assert bench.last().via.params["received"] == "10.0.0.9"
    assert bench.last().via.params["rport"] == "5070"


def test_malformed_datagrams_are_counted_and_answered_where_that_is_possible() -> None:
    bench = Bench()
    bench.phone.send(b"\x00\x01\x02 not SIP at all", bench.bob.address)
    bench.phone.send(b"SIP/2.0 200 OK\r\n\r\n", bench.bob.address)
    bench.phone.send(bench.text("ACK").replace(b"CSeq: 1", b"CSeq: x"), bench.bob.address)
    bench.phone.send(b"\r\n\r\n", bench.bob.address)
    bench.time.advance(0.1)
    assert bench.phone.received == []
    for change in ((b"CSeq: 1", b"CSeq: x"), (b"2 SIP/2.0\r", b"2 SIP/3.0\r")):
        bench.phone.send(bench.text("INVITE").replace(*change), bench.bob.address)
    bench.time.advance(0.1)
    assert [d.first_word for d in bench.network.trace if d.source == bench.bob.address] == [
        "400",
        "505",
    ]
    assert bench.bob.agent.counters.malformed == 5
    assert bench.bob.agent.counters.keepalives == 1
    assert bench.bob.agent.live().transactions == 0


def test_an_asserted_identity_is_only_believed_from_a_trusted_host() -> None:
    bench = Bench()
    identity = 'P-Asserted-Identity: "Li, Na" <tel:+8613800000000>, <sip:x@y>\r\n'
    extra = f"{identity}X-Segue-Handoff: t\r\nSubject: hi\r\n"
    bench.send("INVITE", more=extra)
    assert bench.bob.invites[-1].caller == "mallory"
    assert bench.bob.invites[-1].headers == {"x-segue-handoff": "t", "subject": "hi"}

    agent = bench.bob.agent
    agent.config = replace(agent.config, trusted_hosts=frozenset({"10.0.0.9"}))
    bench.send("INVITE", more=extra, cseq=2)
    assert bench.bob.invites[-1].caller == "+8613800000000"
    assert bench.bob.invites[-1].caller_name == "Li, Na"


def test_a_flood_is_dropped_but_calls_that_are_up_go_on() -> None:
    bench = Bench()
    to = bench.established()
    agent = bench.bob.agent
    agent.config = replace(agent.config, max_transactions=20)
    for _ in range(50):
        bench.phone.send(bench.text("REGISTER"), bench.bob.address)
        bench.phone.send(bench.text("BYE", to=";tag=guess"), bench.bob.address)
    bench.time.advance(0.1)
    assert agent.live().transactions == 20
    assert agent.counters.overload > 70
    assert bench.send("BYE", to=to, cseq=2) == [200]
    assert bench.send("OPTIONS") == []
    bench.time.advance(40)
    assert bench.send("OPTIONS") == [200]
    bench.assert_nothing_left()


def test_an_asserted_identity_that_cannot_be_read_changes_nothing() -> None:
    bench = Bench()
    agent = bench.bob.agent
    agent.config = replace(agent.config, trusted_hosts=frozenset({"10.0.0.9"}))
    bench.send("INVITE", more='P-Asserted-Identity: "no end\r\n')
    assert bench.bob.invites[-1].caller == "mallory"


def test_a_defect_in_who_takes_calls_is_a_500_and_leaves_nothing() -> None:
    bench = Bench()
    bench.bob.invites = None  # type: ignore[assignment]
    with pytest.raises(AttributeError):
        bench.send("INVITE")
    bench.time.advance(0.1)
    assert bench.phone.statuses() == [100, 500]
    bench.assert_nothing_left()


@pytest.mark.parametrize(
    ("contact", "hop"),
    [
        ("10.0.0.77:6000", ("10.0.0.77", 6000)),
        ("phone.example.com", PHONE),
        ("127.0.0.1:22", PHONE),
        ("0.0.0.0", PHONE),
        ("224.0.0.1", PHONE),
    ],
)
def test_a_contact_cannot_send_us_where_the_peer_has_no_business(
    contact: str, hop: tuple[str, int]
) -> None:
    bench = Bench()
    invite = bench.text("INVITE", more=SDP, body=OFFER)
    bench.phone.send(invite.replace(b"m@10.0.0.9:5070", b"m@" + contact.encode()), PEER)
    bench.time.advance(0.1)
    bench.bob.agent.answer(bench.bob.leg, ANSWER)
    bench.time.advance(0.1)
    bench.send("ACK", to=f";tag={bench.last().to.tag}")
    bench.bob.agent.end(bench.bob.leg)
    bye = next(d for d in bench.network.trace if d.first_word == "BYE")
    assert bye.destination == hop


def test_a_delayed_offer_has_its_answer_in_the_ack() -> None:
    bench = Bench()
    bench.send("INVITE")
    assert bench.bob.invites[0].offer is None
    bench.bob.agent.answer(bench.bob.leg, OFFER)
    bench.time.advance(0.1)
    to = f";tag={bench.last().to.tag}"
    bench.send("ACK", to=to, more=SDP, body=ANSWER)
    assert bench.bob.events == [LegAnswered(bench.bob.leg, ANSWER)]

    bench.send("INVITE", to=to, cseq=2)
    assert bench.bob.events[-1] == LegReoffered(bench.bob.leg, None)
    bench.bob.agent.accept_offer(bench.bob.leg, THIRD)
    bench.send("ACK", to=to, cseq=2, more=SDP, body=ANSWER)
    assert bench.bob.events[-1] == OfferAnswered(bench.bob.leg, 200, ANSWER)


def test_inside_a_call() -> None:
    bench = Bench()
    to = bench.established()
    relay = "Content-Type: application/dtmf-relay\r\n"
    assert bench.send("INFO", to=to, cseq=2, more=relay, body=b"Signal=5\r\nDuration=100") == [200]
    assert bench.send("INFO", to=to, cseq=3, more=relay, body=b"Signal= 11\r\n") == [200]
    assert bench.send("INFO", to=to, cseq=4, more=relay, body=b"Signal=hello\r\n") == [200]
    assert bench.bob.events == [
        DigitsSignalled(bench.bob.leg, "5"),
        DigitsSignalled(bench.bob.leg, "#"),
    ]
    assert bench.send("INFO", to=to, cseq=5, more="Content-Type: a/b\r\n", body=b"x") == [415]
    assert bench.send("OPTIONS", to=to, cseq=6) == [200]
    assert bench.send("UPDATE", to=to, cseq=7) == [200]
    assert bench.send("REFER", to=to, cseq=8) == [405]
    assert bench.send("OPTIONS", to=to, cseq=3) == [500]  # older than one before
    assert bench.send("BYE", to=to, cseq=9, user="other", more="X: y\r\n") == [200]
    bench.assert_nothing_left()


def test_an_update_with_an_offer_is_answered_like_a_reinvite() -> None:
    bench = Bench()
    to = bench.established()
    bench.send("UPDATE", to=to, cseq=2, more=SDP, body=THIRD)
    assert bench.bob.events == [LegReoffered(bench.bob.leg, THIRD)]
    assert bench.send("UPDATE", to=to, cseq=3, more=SDP, body=THIRD) == [500]
    bench.bob.agent.accept_offer(bench.bob.leg, ANSWER)
    bench.time.advance(0.1)
    assert bench.last().sdp == ANSWER
    assert "ACK" not in bench.network.words(bench.bob.address)
    bench.send("BYE", to=to, cseq=4)
    bench.assert_nothing_left()


@pytest.mark.parametrize("reason", ['SIP;text="no end', "SIP", ";;;=", "SIP;text=" + "x" * 9000])
def test_a_malformed_reason_does_not_keep_a_call_from_ending(reason: str) -> None:
    bench = Bench()
    to = bench.established()
    assert bench.send("BYE", to=to, cseq=2, more=f"Reason: {reason}\r\n") == [200]
    assert [type(event) for event in bench.bob.events] == [LegEnded]
    bench.assert_nothing_left()


def test_a_cancelled_reinvite_is_over_and_the_answer_given_later_goes_nowhere() -> None:
    bench = Bench()
    to = bench.established()
    bench.send("INVITE", to=to, cseq=2, more=SDP, body=THIRD, branch="z9hG4bKre")
    assert sorted(bench.send("CANCEL", to=to, cseq=2, branch="z9hG4bKre")) == [200, 487]
    bench.send("ACK", to=to, cseq=2, branch="z9hG4bKre")
    bench.bob.agent.accept_offer(bench.bob.leg, ANSWER)
    bench.send("INVITE", to=to, cseq=3, more=SDP, body=THIRD)
    assert bench.bob.events == [LegReoffered(bench.bob.leg, THIRD)] * 2
    bench.bob.agent.end(bench.bob.leg)
    bench.assert_nothing_left()


def test_a_stranger_who_knows_a_tag_but_not_the_call_is_refused() -> None:
    bench = Bench()
    to = bench.established()
    bye = bench.text("BYE", to=to, cseq=2).replace(b"tag=far", b"tag=guess")
    bench.phone.send(bye, bench.bob.address)
    bench.time.advance(0.1)
    assert bench.last().status == 481
    assert bench.bob.events == []


def test_a_caller_may_send_bye_before_the_answer() -> None:
    bench = Bench()
    bench.send("INVITE", more=SDP, body=OFFER)
    bench.bob.agent.ring(bench.bob.leg)
    bench.time.advance(0.1)
    to = f";tag={bench.last().to.tag}"
    assert sorted(bench.send("BYE", to=to, cseq=2)) == [200, 487]
    assert bench.bob.events == [LegEnded(bench.bob.leg, 487, True)]
    bench.assert_nothing_left()


def test_requests_in_the_dialog_follow_the_route_set() -> None:
    bench = Bench()
    proxy = RawPhone(bench.network, ("10.0.0.8", 5060))
    routes = "Record-Route: <sip:10.0.0.8;lr>, <sip:10.0.0.7;lr>\r\n"
    bench.send("INVITE", more=SDP + routes, body=OFFER)
    bench.bob.agent.answer(bench.bob.leg, ANSWER)
    bench.time.advance(0.1)
    assert bench.last().values("record-route") == ["<sip:10.0.0.8;lr>", "<sip:10.0.0.7;lr>"]
    bench.send("ACK", to=f";tag={bench.last().to.tag}")
    bench.bob.agent.end(bench.bob.leg)
    bench.time.advance(0.1)
    bye = proxy.requests("BYE")[0]
    assert bye.all("route") == ["<sip:10.0.0.8;lr>", "<sip:10.0.0.7;lr>"]
    assert bye.uri == "sip:m@10.0.0.9:5070"


class Callee(Bench):
    """Alice calls the raw phone."""

    def __init__(self) -> None:
        super().__init__()
        self.alice.address, real = PHONE, self.alice.address
        self.leg = self.alice.call(self.alice)
        self.alice.address = real
        self.time.advance(0.1)
        self.invite = self.phone.requests("INVITE")[0]

    def answer(self, status: int, tag: str = "t1", body: bytes = ANSWER) -> None:
        headers = [("contact", "<sip:callee@10.0.0.9:5070>"), ("content-type", "application/sdp")]
        response = self.invite.response(status, to_tag=tag, headers=headers, body=body)
        self.phone.send(response, self.alice.address)
        self.time.advance(0.1)


def test_a_second_branch_of_a_fork_that_answers_is_ended() -> None:
    bench = Callee()
    bench.answer(180, "t1", b"")
    bench.answer(183, "t2")
    bench.answer(200, "t1")
    bench.answer(200, "t2")
    assert bench.alice.events == [
        LegRinging(bench.leg, 180, None),
        LegRinging(bench.leg, 183, ANSWER),
        LegAnswered(bench.leg, ANSWER),
    ]
    assert [a.to.tag for a in bench.phone.requests("ACK")] == ["t1", "t2"]
    assert {bye.to.tag for bye in bench.phone.requests("BYE")} == {"t2"}
    assert bench.phone.requests("ACK")[0].uri == "sip:callee@10.0.0.9:5070"


def test_an_answer_long_after_cancel_is_acknowledged_and_ended() -> None:
    bench = Callee()
    bench.answer(180, "t1", b"")
    bench.alice.agent.end(bench.leg)
    bench.time.advance(5)
    bench.answer(200)
    assert len(bench.phone.requests("ACK")) == 1
    assert bench.phone.requests("BYE")[0].uri == "sip:callee@10.0.0.9:5070"
    assert bench.alice.told() == ["LegRinging", "LegEnded"]
    bench.assert_nothing_left()


def test_an_answer_that_cannot_be_used_ends_the_leg() -> None:
    bench = Callee()
    response = bench.invite.response(200, to_tag="x", headers=[("contact", "<http://x>")])
    bench.phone.send(response, bench.alice.address)
    bench.time.advance(0.1)
    assert bench.alice.told() == ["LegEnded"]
    bench.assert_nothing_left()


@pytest.mark.parametrize("status", [302, 401, 486, 503, 603])
def test_a_refusal_is_acknowledged_and_told(status: int) -> None:
    bench = Callee()
    bench.answer(status, body=b"")
    assert [type(e) for e in bench.alice.events] == [LegEnded]
    assert bench.alice.events[0].status == status  # type: ignore[union-attr]
    assert len(bench.phone.requests("ACK")) == 1
    assert bench.phone.requests("ACK")[0].via == bench.invite.via
    bench.assert_nothing_left()


def test_what_applications_give_cannot_break_a_message() -> None:
    pair = Pair()
    with pytest.raises(Exception, match="line break"):
        pair.alice.call(pair.bob, headers={"x-note": "a\r\nVia: evil"})
    with pytest.raises(Exception, match="not a token"):
        pair.alice.call(pair.bob, headers={"x note": "a"})
    pair.assert_nothing_left()
    assert pair.network.trace == []


def test_a_call_asks_for_nothing_that_was_not_said() -> None:
    bench = Callee()
    assert isinstance(bench.invite, Request)
    assert parse(bench.invite.encode()) == bench.invite
    assert bench.invite.from_.display == 'Al "ice"'
    assert bench.invite.get("user-to-user") is None
