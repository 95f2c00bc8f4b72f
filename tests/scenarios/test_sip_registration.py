import itertools
from collections.abc import Callable

from switch.net.virtual import RawPhone
from switch.sip.digest import Authorization, ha1, response_of
from switch.sip.message import Request, Response
from tests.scenarios.sip_peers import OFFER, Pair

BRANCHES = itertools.count()
MINUTE = "Expires: 60\r\n"
PHONE = ("10.0.0.5", 5062)


class Device(RawPhone):
    """A phone with an account that answers challenges."""

    def __init__(self, pair: Pair, password: str = "secret") -> None:
        super().__init__(pair.network, PHONE)
        self.pair = pair
        self.password = password
        self.cseq = 0
        self.count = 0

    def ask(self, method: str = "REGISTER", *, proof: str = "", more: str = "") -> Response:
        self.tell(method, proof=proof, more=more)
        answer = self.received[-1]
        assert isinstance(answer, Response)
        return answer

    def tell(self, method: str = "REGISTER", *, proof: str = "", more: str = "") -> bytes:
        self.cseq += 1
        uri = "sip:10.0.0.2" if method == "REGISTER" else "sip:closed@10.0.0.2"
        proof = f"Authorization: {proof}\r\n" if proof else ""
        body = OFFER if method == "INVITE" else b""
        head = (
            f"{method} {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 192.168.1.7:5062;branch=z9hG4bK{next(BRANCHES)};rport\r\n"
            "From: <sip:1001@10.0.0.2>;tag=me\r\nTo: <sip:1001@10.0.0.2>\r\n"
            f"Call-ID: {method}\r\nCSeq: {self.cseq} {method}\r\n"
            f"Contact: <sip:1001@192.168.1.7:5062>\r\n{more}{proof}"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        data = head.encode() + body
        self.send(data, self.pair.bob.address)
        self.pair.time.advance(0.1)
        return data

    def proof(self, challenge: Response, method: str = "REGISTER") -> str:
        value = challenge.all("www-authenticate")[0]
        offered = Authorization.parse(value)
        assert offered
        self.count += 1
        fields = (
            f'Digest username="1001", realm="{offered.realm}", nonce="{offered.nonce}", '
            f'uri="sip:10.0.0.2", algorithm=SHA-256, qop=auth, nc={self.count:08x}, cnonce="c"'
        )
        unsigned = Authorization.parse(fields)
        assert unsigned
        secret = ha1("1001", offered.realm, self.password, "SHA-256")
        return f'{fields}, response="{response_of(unsigned, secret, method)}"'


class SlowStore:
    """A `BindingStore` that keeps when the test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Callable[[bool], None]]] = []
        self.refreshes: list[str] = []

    def keep(self, account: str, done: Callable[[bool], None]) -> None:
        self.asked.append((account, done))

    def refreshed(self, account: str) -> None:
        self.refreshes.append(account)

    def settle(self, *, kept: bool) -> None:
        asked, self.asked = self.asked, []
        for _, done in asked:
            done(kept)


def test_a_device_registers_is_found_and_expires() -> None:
    pair = Pair()
    phone = Device(pair)
    challenge = phone.ask()
    assert challenge.status == 401
    answer = phone.ask(proof=phone.proof(challenge), more="Expires: 60\r\nUser-Agent: T\x07oy\r\n")
    assert answer.status == 200
    assert answer.all("contact") == ["<sip:1001@192.168.1.7:5062>;expires=60"]
    assert "GMT" in answer.need("date")
    found = pair.bob.agent.registrar.contacts("1001")
    assert [(c.uri, c.address, c.user_agent) for c in found] == [
        ("sip:1001@192.168.1.7:5062", PHONE, "Toy")
    ]
    pair.time.advance(61)
    assert pair.bob.agent.registrar.contacts("1001") == []
    assert pair.bob.sink.kinds() == ["registration.added", "registration.removed"]
    pair.assert_nothing_left()


def test_a_wrong_password_and_a_replay_register_nothing() -> None:
    pair = Pair()
    thief = Device(pair, "guess")
    assert thief.ask(proof=thief.proof(thief.ask())).status == 403
    phone = Device(pair)
    proof = phone.proof(phone.ask())
    assert phone.ask(proof=proof).status == 200
    again = phone.ask(proof=proof, more="Expires: 0\r\n")
    assert again.status == 401
    assert "stale=true" in again.need("www-authenticate")
    assert len(pair.bob.agent.registrar.contacts("1001")) == 1


def test_too_brief_a_registration_is_told_the_least() -> None:
    pair = Pair()
    phone = Device(pair)
    answer = phone.ask(proof=phone.proof(phone.ask()), more="Expires: 3\r\n")
    assert (answer.status, answer.get("min-expires")) == (423, "30")


def test_an_account_calls_what_strangers_may_not() -> None:
    pair = Pair()
    phone = Device(pair)
    challenge = phone.ask("INVITE")
    assert challenge.status == 401
    ack = Request(
        "ACK",
        "sip:closed@10.0.0.2",
        [(k, v) for k, v in challenge.headers if k in ("via", "from", "to", "call-id")]
        + [("cseq", "1 ACK")],
    )
    phone.send(ack, pair.bob.address)
    phone.ask("INVITE", proof=phone.proof(challenge, "INVITE"))
    assert phone.statuses()[-1] == 100
    assert pair.bob.invites[0].account == pair.bob.invites[0].caller == "1001"
    pair.bob.agent.end(pair.bob.leg)
    pair.assert_nothing_left()


def test_a_new_device_is_answered_when_it_is_kept_and_a_refresh_at_once() -> None:
    store = SlowStore()
    pair = Pair(store)
    phone = Device(pair)
    challenge = phone.ask()
    asked = phone.tell(proof=phone.proof(challenge), more=MINUTE)
    phone.send(asked, pair.bob.address)  # the phone does not wait longer than T1
    pair.time.advance(1)
    assert phone.statuses() == [401]
    assert [account for account, _ in store.asked] == ["1001"]
    store.settle(kept=True)
    pair.time.advance(0.1)
    assert phone.statuses() == [401, 200]
    phone.send(asked, pair.bob.address)
    pair.time.advance(0.1)
    assert phone.statuses() == [401, 200, 200]
    assert phone.ask(proof=phone.proof(challenge), more=MINUTE).status == 200
    assert store.refreshes == ["1001"]
    assert store.asked == []
    phone.tell(proof=phone.proof(challenge), more="Expires: 0\r\n")
    assert len(store.asked) == 1  # a removal is a promise too
    store.settle(kept=True)
    pair.assert_nothing_left()


def test_what_cannot_be_kept_is_taken_back_and_refused() -> None:
    store = SlowStore()
    pair = Pair(store)
    phone = Device(pair)
    challenge = phone.ask()
    phone.tell(proof=phone.proof(challenge), more=MINUTE)
    phone.tell(
        proof=phone.proof(challenge), more=MINUTE
    )  # a refresh of what nobody was promised yet
    store.settle(kept=False)
    pair.time.advance(0.1)
    assert phone.statuses() == [401, 503, 503]
    answer = phone.received[-1]
    assert isinstance(answer, Response)
    assert answer.get("retry-after")
    assert pair.bob.agent.registrar.contacts("1001") == []
    assert pair.bob.sink.kinds() == ["registration.added", "registration.removed"]
    pair.assert_nothing_left()


def test_a_store_that_never_answers_leaves_no_device_waiting() -> None:
    store = SlowStore()
    pair = Pair(store)
    phone = Device(pair)
    phone.tell(proof=phone.proof(phone.ask()), more=MINUTE)
    pair.time.advance(6)
    assert phone.statuses() == [401, 503]
    store.settle(kept=True)  # too late: it is forgotten
    assert pair.bob.agent.registrar.contacts("1001") == []
    pair.assert_nothing_left()


def test_a_lost_store_leaves_what_was_promised_before() -> None:
    store = SlowStore()
    pair = Pair(store)
    phone = Device(pair)
    challenge = phone.ask()
    phone.tell(proof=phone.proof(challenge), more=MINUTE)
    store.settle(kept=True)
    phone.tell(proof=phone.proof(challenge), more="Expires: 0\r\n")
    assert pair.bob.agent.registrar.contacts("1001") == []
    store.settle(kept=False)
    pair.time.advance(0.1)
    assert phone.statuses() == [401, 200, 503]
    assert len(pair.bob.agent.registrar.contacts("1001")) == 1
