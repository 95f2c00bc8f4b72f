"""Calls and SIP together: real user agents on a virtual network with 10 ms each way."""

from __future__ import annotations

from base.events import EventList
from base.virtual import SeededIds
from media.contract import Direction
from switch import events as e
from switch.net.virtual import VirtualNetwork, VirtualTransport
from switch.sdp.negotiate import LocalMedia, make_answer, make_offer
from switch.signalling import (
    Contact,
    Destination,
    IncomingInvite,
    LegAnswered,
    LegEnded,
    LegEvent,
    LegListener,
    LegReoffered,
)
from switch.sip.config import UserAgentConfig
from switch.sip.useragent import UserAgent
from tests.scenarios.call_centre import Centre, straight_to

SEGUE = ("192.0.2.10", 5060)


class NoPasswords:
    def ha1(self, account: str, algorithm: str) -> str | None:
        return None


class Phone:
    """A user agent with two buttons."""

    def __init__(self, network: VirtualNetwork, host: str, seed: int) -> None:
        self.address = (host, 5060)
        config = UserAgentConfig(self.address, open_to_strangers=lambda called: True)
        self.agent = UserAgent(
            config, clock=network.time, ids=SeededIds(seed), credentials=NoPasswords(),
            sink=EventList(),
        )  # fmt: skip
        VirtualTransport(network, self.agent, self.address)
        self.agent.take_calls(self)
        self.media = LocalMedia(host, 4000)
        self.invites: list[IncomingInvite] = []
        self.told: list[LegEvent] = []

    def incoming(self, invite: IncomingInvite) -> LegListener | None:
        self.invites.append(invite)
        self.agent.ring(invite.leg)
        return self

    def leg_event(self, event: LegEvent) -> None:
        self.told.append(event)
        if isinstance(event, LegReoffered) and event.sdp is not None:
            self.agent.accept_offer(event.leg, make_answer(event.sdp, self.media).sdp)

    def call(self, number: str, **headers: str) -> None:
        uri = f"sip:{number}@{SEGUE[0]}"
        self.leg = self.agent.invite(
            self, Destination(uri, SEGUE), caller="13800138000", caller_name="",
            offer=make_offer(self.media),
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )  # fmt: skip

    def answer(self) -> None:
        invite = self.invites[-1]
        self.leg = invite.leg
        assert invite.offer is not None
        self.agent.answer(invite.leg, make_answer(invite.offer, self.media).sdp)

    def hang_up(self) -> None:
        self.agent.end(self.leg)

    def hold(self, direction: Direction) -> None:
        media = LocalMedia(self.media.address, 4000, direction=direction, version=2)
        self.agent.reoffer(self.leg, make_offer(media))

    def heard(self, kind: type) -> bool:
        return any(isinstance(event, kind) for event in self.told)


class Wire:
    """A contact centre, a customer's phone and an agent's phone."""

    def __init__(self) -> None:
        self.centre = Centre(straight_to())
        self.time = self.centre.time
        self.network = VirtualNetwork(self.time)
        self.network.delay_s = lambda datagram: 0.010
        config = UserAgentConfig(SEGUE, open_to_strangers=lambda called: True)
        self.agent = UserAgent(
            config, clock=self.time, ids=SeededIds(9), credentials=NoPasswords(),
            sink=self.centre.log,
        )  # fmt: skip
        VirtualTransport(self.network, self.agent, SEGUE)
        self.agent.take_calls(self.centre.calls)
        self.centre.exchange.signalling = self.agent
        self.customer = Phone(self.network, "198.51.100.1", seed=2)
        self.desk_phone = Phone(self.network, "198.51.100.2", seed=3)
        contact = Contact("sip:201@198.51.100.2", self.desk_phone.address, float("inf"))
        self.centre.log_in("li_na", "201")
        self.centre.locations.bindings["201"] = [contact]

    def bridged(self) -> bool:
        sessions = list(self.centre.engine.sessions.values())
        return len(sessions) == 2 and sessions[0].hears(sessions[1])

    def offered(self) -> None:
        self.customer.call("6000")
        self.time.advance(0.1)
        assert self.customer.heard(LegAnswered)

    def talking(self) -> None:
        self.offered()
        self.centre.rendered()
        self.time.advance(0.1)
        self.desk_phone.answer()
        self.time.advance(0.1)
        assert self.bridged()

    def nothing_left(self) -> None:
        self.time.advance(130.0)
        for agent in (self.agent, self.customer.agent, self.desk_phone.agent):
            live = agent.live()
            assert (live.transactions, live.legs, live.timers) == (0, 0, 0)
        self.centre.nothing_left()


def test_the_page_acknowledges_before_the_invite_leaves() -> None:
    wire = Wire()
    wire.offered()
    assert "INVITE" not in wire.network.words(SEGUE)
    wire.centre.rendered()
    assert wire.network.words(SEGUE)[-1] == "INVITE"
    wire.customer.hang_up()
    wire.nothing_left()


def test_what_the_app_gave_the_call_does_not_reach_the_agents_phone() -> None:
    wire = Wire()
    token = "0123456789abcdef" * 2
    wire.customer.call("6000", User_to_User=f"{token};encoding=hex", X_Segue_Handoff=token)
    wire.time.advance(0.1)
    wire.centre.rendered()
    wire.time.advance(0.1)
    assert set(wire.desk_phone.invites[-1].headers) == {"x-segue-call"}
    to_agent = [d for d in wire.network.trace if d.destination == wire.desk_phone.address]
    assert not [d for d in to_agent if token.encode() in d.data]
    wire.customer.hang_up()
    wire.nothing_left()


def test_talk_hold_resume_and_the_agent_hangs_up() -> None:
    wire = Wire()
    wire.talking()
    wire.desk_phone.hold(Direction.SENDONLY)
    wire.time.advance(0.1)
    assert not wire.bridged()
    wire.desk_phone.hold(Direction.SENDRECV)
    wire.time.advance(0.1)
    assert wire.bridged()
    assert wire.centre.kinds("call.held", "call.resumed") == ["call.held", "call.resumed"]
    wire.desk_phone.hang_up()
    wire.time.advance(0.1)
    assert not wire.customer.heard(LegEnded)
    wire.customer.hang_up()
    wire.nothing_left()


def test_the_customer_hangs_up_while_talking() -> None:
    wire = Wire()
    wire.talking()
    wire.customer.hang_up()
    wire.time.advance(0.1)
    assert wire.desk_phone.heard(LegEnded)
    wire.nothing_left()


def test_our_cancel_crosses_the_phones_200() -> None:
    wire = Wire()
    wire.offered()
    wire.centre.rendered()
    wire.time.advance(0.1)
    wire.customer.hang_up()
    wire.time.advance(0.010)
    assert wire.network.words(SEGUE)[-1] in ("CANCEL", "200")
    wire.desk_phone.answer()
    wire.time.advance(0.5)
    assert "BYE" in wire.network.words(SEGUE)
    assert wire.centre.events(e.AgentAnswered) == []
    wire.nothing_left()


def test_the_callers_cancel_crosses_our_200() -> None:
    wire = Wire()
    wire.customer.call("6000")
    wire.time.advance(0.005)
    wire.customer.hang_up()
    wire.time.advance(1.0)
    assert wire.centre.kinds("call.") == ["call.received", "call.answered", "call.ended"]
    wire.nothing_left()


def test_an_agent_phone_that_is_not_there() -> None:
    wire = Wire()
    wire.network.lose = lambda datagram: datagram.destination == wire.desk_phone.address
    wire.offered()
    wire.centre.rendered()
    wire.time.advance(20.0)
    (ended, *_) = wire.centre.events(e.QueueOfferEnded)
    assert ended.reason == "no_answer"
    wire.customer.hang_up()
    wire.nothing_left()


def test_no_ack_for_our_200() -> None:
    wire = Wire()
    wire.network.lose = lambda datagram: datagram.first_word == "ACK"
    wire.customer.call("6000")
    wire.time.advance(40.0)
    (ended,) = wire.centre.events(e.CallWasEnded)
    assert ended.by == "error"
    wire.nothing_left()
