"""Two user agents on a virtual network, each with somebody who takes its calls."""

from __future__ import annotations

from dataclasses import dataclass, field

from base.events import EventList
from base.virtual import SeededIds, VirtualTime
from switch.net.virtual import VirtualNetwork, VirtualTransport
from switch.signalling import (
    BindingStore,
    Destination,
    IncomingInvite,
    LegEvent,
    LegId,
    LegListener,
)
from switch.sip.config import UserAgentConfig
from switch.sip.digest import ha1
from switch.sip.useragent import UserAgent

OFFER = (
    b"v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n"
    b"m=audio 4000 RTP/AVP 0\r\n"
)
ANSWER = OFFER.replace(b"4000", b"5000")
THIRD = OFFER.replace(b"4000", b"6000")


@dataclass
class Passwords:
    """A `CredentialSource` in memory."""

    realm: str = "segue"
    passwords: dict[str, str] = field(default_factory=lambda: {"1001": "secret"})

    def ha1(self, account: str, algorithm: str) -> str | None:
        password = self.passwords.get(account)
        return password and ha1(account, self.realm, password, algorithm)


class Party:
    """A user agent, its calls and what they told."""

    def __init__(
        self,
        network: VirtualNetwork,
        host: str,
        seed: int,
        bindings: BindingStore | None = None,
    ) -> None:
        self.address = (host, 5060)
        self.sink = EventList()
        self.agent = UserAgent(
            UserAgentConfig(
                self.address,
                open_to_strangers=lambda called: called != "closed",
                digest_algorithms=("SHA-256", "MD5"),
            ),
            clock=network.time,
            ids=SeededIds(seed),
            credentials=Passwords(),
            sink=self.sink,
            bindings=bindings,
        )
        VirtualTransport(network, self.agent, self.address)
        self.agent.take_calls(self)
        self.invites: list[IncomingInvite] = []
        self.events: list[LegEvent] = []
        self.accepts = True

    def incoming(self, invite: IncomingInvite) -> LegListener | None:
        self.invites.append(invite)
        return self if self.accepts else None

    def leg_event(self, event: LegEvent) -> None:
        self.events.append(event)

    def told(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    @property
    def leg(self) -> LegId:
        return self.invites[-1].leg

    def call(self, other: Party, number: str = "6000", **more: object) -> LegId:
        uri = f"sip:{number}@{other.address[0]}:{other.address[1]}"
        return self.agent.invite(
            self,
            Destination(uri, other.address),
            caller="alice",
            caller_name='Al "ice"',
            offer=OFFER,
            **more,  # type: ignore[arg-type]
        )


class Pair:
    """Alice and Bob."""

    def __init__(self, bindings: BindingStore | None = None) -> None:
        self.time = VirtualTime()
        self.network = VirtualNetwork(self.time)
        self.alice = Party(self.network, "10.0.0.1", seed=1)
        self.bob = Party(self.network, "10.0.0.2", seed=2, bindings=bindings)

    def talking(self) -> LegId:
        """A call from Alice that Bob has answered; Alice's leg."""
        leg = self.alice.call(self.bob)
        self.time.advance(0.1)
        self.bob.agent.answer(self.bob.leg, ANSWER)
        self.time.advance(0.1)
        self.alice.events.clear()
        self.bob.events.clear()
        return leg

    def assert_nothing_left(self) -> None:
        """After the longest timer has run out nobody holds anything."""
        self.time.advance(130)
        for party in (self.alice, self.bob):
            live = party.agent.live()
            assert (live.transactions, live.legs, live.timers) == (0, 0, 0)
