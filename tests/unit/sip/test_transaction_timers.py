"""RFC 3261 section 17 and RFC 6026 in virtual time."""

from collections.abc import Callable

import pytest

from base.virtual import VirtualTime
from switch.sip.layer import TransactionLayer
from switch.sip.machines import (
    INVITE_CLIENT,
    INVITE_SERVER,
    NON_INVITE_CLIENT,
    NON_INVITE_SERVER,
    Start,
    State,
    Table,
    Timer,
)
from switch.sip.message import Request, Response
from switch.sip.parser import parse
from switch.sip.transaction import ServerTransaction
from switch.sip.wakes import Wakes
from tests.unit.sip.sip_samples import request

PEER = ("10.0.0.9", 5070)


class Bench:
    """A layer, a user that keeps what it is told, and the moments of all that is sent."""

    def __init__(self) -> None:
        self.time = VirtualTime()
        self.wakes = Wakes(self.time)
        self.layer = TransactionLayer(self.wakes, self.transmit, self, lambda: "tag")
        self.sent: list[tuple[float, str]] = []
        self.servers: list[ServerTransaction] = []
        self.acks = 0
        self.told: list[int] = []
        self.timeouts: list[float] = []

    def transmit(self, data: bytes, _destination: tuple[str, int]) -> None:
        message = parse(data)
        word = message.method if isinstance(message, Request) else str(message.status)
        self.sent.append((round(self.time.now().mono, 3), word))

    def request_received(self, transaction: ServerTransaction, _request: Request) -> None:
        self.servers.append(transaction)

    def ack_received(self, _ack: Request) -> None:
        self.acks += 1

    def run(self, seconds: float) -> None:
        end = self.time.now().mono + seconds
        while (at := self.wakes.next_wake()) is not None and at <= end:
            self.time.advance(at - self.time.now().mono)
            self.wakes.advance(self.time.now())
        self.time.advance(end - self.time.now().mono)

    def client(self, method: str) -> Request:
        message = parsed(request(method))
        timed_out: Callable[[], None] = lambda: self.timeouts.append(self.time.now().mono)  # noqa: E731
        self.layer.send(message, PEER, lambda r: self.told.append(r.status), timed_out)
        return message

    def moments(self, word: str) -> list[float]:
        return [at for at, sent in self.sent if sent == word]


def parsed(data: bytes) -> Request:
    message = parse(data)
    assert isinstance(message, Request)
    return message


def answer(message: Request, status: int) -> Response:
    return message.response(status, to_tag="t")


def test_invite_is_repeated_by_timer_a_until_timer_b() -> None:
    bench = Bench()
    bench.client("INVITE")
    bench.run(100)
    assert bench.moments("INVITE") == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert bench.timeouts == [32.0]
    assert bench.layer.live == bench.wakes.pending == 0


def test_a_provisional_response_ends_the_repeating_of_invite_and_timer_b() -> None:
    bench = Bench()
    invite = bench.client("INVITE")
    bench.layer.receive(answer(invite, 180), PEER)
    bench.run(300)
    assert bench.moments("INVITE") == [0]
    assert bench.timeouts == []
    assert bench.layer.live == 1


def test_each_failure_response_to_invite_is_acknowledged_but_told_once() -> None:
    bench = Bench()
    invite = bench.client("INVITE")
    for _ in range(3):
        bench.layer.receive(answer(invite, 486), PEER)
    assert bench.told == [486]
    assert len(bench.moments("ACK")) == 3
    bench.run(31.9)
    assert bench.layer.live == 1  # timer D
    bench.run(0.2)
    assert bench.layer.live == bench.wakes.pending == 0


def test_each_success_response_to_invite_is_told_until_timer_m() -> None:
    bench = Bench()
    invite = bench.client("INVITE")
    bench.layer.receive(answer(invite, 200), PEER)
    bench.run(31.9)
    bench.layer.receive(answer(invite, 200), PEER)
    assert bench.told == [200, 200]
    bench.run(0.2)
    bench.layer.receive(answer(invite, 200), PEER)
    assert bench.told == [200, 200]
    assert (bench.layer.live, bench.layer.strays) == (0, 1)


def test_other_requests_are_repeated_by_timer_e_up_to_t2_until_timer_f() -> None:
    bench = Bench()
    bench.client("OPTIONS")
    bench.run(100)
    assert bench.moments("OPTIONS") == [0, 0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5]
    assert bench.timeouts == [32.0]
    assert bench.layer.live == bench.wakes.pending == 0


def test_timer_k_absorbs_repeated_responses() -> None:
    bench = Bench()
    options = bench.client("OPTIONS")
    bench.layer.receive(answer(options, 200), PEER)
    bench.layer.receive(answer(options, 200), PEER)
    assert bench.told == [200]
    bench.run(5.1)
    assert bench.layer.live == bench.wakes.pending == 0


def test_a_refused_invite_is_refused_again_by_timer_g_until_its_ack() -> None:
    bench = Bench()
    bench.layer.receive(parsed(request("INVITE")), PEER)
    bench.servers[0].respond(answer(bench.servers[0].request, 486))
    bench.run(8)
    assert bench.moments("486") == [0, 0.5, 1.5, 3.5, 7.5]
    bench.layer.receive(parsed(request("ACK")), PEER)
    bench.run(4.9)
    assert bench.layer.live == 1  # timer I
    bench.run(0.2)
    assert len(bench.moments("486")) == 5
    assert bench.layer.live == bench.wakes.pending == bench.acks == 0


def test_a_refused_invite_without_ack_ends_with_timer_h() -> None:
    bench = Bench()
    bench.layer.receive(parsed(request("INVITE")), PEER)
    bench.servers[0].respond(answer(bench.servers[0].request, 486))
    bench.run(32.1)
    assert bench.layer.live == bench.wakes.pending == 0


def test_after_a_success_repeated_invites_are_absorbed_until_timer_l() -> None:
    bench = Bench()
    bench.layer.receive(parsed(request("INVITE")), PEER)
    bench.servers[0].respond(answer(bench.servers[0].request, 200))
    bench.layer.receive(parsed(request("INVITE")), PEER)
    assert len(bench.servers) == 1
    assert bench.moments("200") == [0]
    bench.run(32.1)
    assert bench.layer.live == bench.wakes.pending == 0


def test_a_repeated_request_gets_the_same_response_until_timer_j() -> None:
    bench = Bench()
    bench.layer.receive(parsed(request("OPTIONS")), PEER)
    bench.layer.receive(parsed(request("OPTIONS")), PEER)
    assert bench.sent == []
    bench.servers[0].respond(answer(bench.servers[0].request, 200))
    bench.layer.receive(parsed(request("OPTIONS")), PEER)
    assert len(bench.moments("200")) == 2
    assert len(bench.servers) == 1
    bench.run(32.1)
    assert bench.layer.live == bench.wakes.pending == 0


def test_an_invite_that_comes_by_two_ways_is_a_loop() -> None:
    bench = Bench()
    bench.layer.receive(parsed(request("INVITE")), PEER)
    bench.layer.receive(parsed(request("INVITE", swap=("z9hG4bKabc", "z9hG4bKother"))), PEER)
    assert len(bench.servers) == 1
    assert bench.moments("482") == [0]


def test_a_peer_of_rfc_2543_without_the_magic_cookie_is_understood() -> None:
    bench = Bench()
    old = ("branch=z9hG4bKabc", "branch=1")
    bench.layer.receive(parsed(request("INVITE", swap=old)), PEER)
    bench.servers[0].respond(answer(bench.servers[0].request, 404))
    bench.layer.receive(parsed(request("INVITE", swap=old)), PEER)
    bench.layer.receive(parsed(request("ACK", swap=old)), PEER)
    assert len(bench.servers) == 1
    assert bench.servers[0].state is State.CONFIRMED


@pytest.mark.parametrize(
    "table", [INVITE_CLIENT, NON_INVITE_CLIENT, INVITE_SERVER, NON_INVITE_SERVER]
)
def test_every_timer_that_a_table_starts_is_awaited_somewhere(table: Table) -> None:
    started = {a.timer for _, actions in table.values() for a in actions if isinstance(a, Start)}
    awaited = {what for _, what in table if isinstance(what, Timer)}
    assert started == awaited
    assert {state for state, _ in table} | {State.TERMINATED} >= {row[0] for row in table.values()}
