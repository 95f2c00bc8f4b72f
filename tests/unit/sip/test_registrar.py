from dataclasses import replace

import pytest

from base.events import EventList
from base.instant import Instant
from switch.sip.errors import (
    IntervalTooBriefError,
    MalformedError,
    OutOfOrderError,
    TooManyContactsError,
)
from switch.sip.registrar import Binding, Change, Registrar, Registration

NOW = Instant(0.0, 2_000_000_000.0)
PHONE = Registration("1001", "call-1", 1, ["<sip:1001@10.0.0.5>"], 300, ("10.0.0.5", 5060), "phone")
SOFT = replace(PHONE, call_id="call-2", contacts=["<sip:1001@10.0.0.6>"])


def bench() -> tuple[Registrar, EventList]:
    sink = EventList()
    return Registrar(sink), sink


def bound(change: Change) -> list[Binding]:
    return list(change.after.values())


def test_a_device_is_reached_where_its_register_came_from_the_freshest_first() -> None:
    registrar, sink = bench()
    registrar.apply(replace(PHONE, source=("192.0.2.1", 40000)), NOW)
    registrar.apply(SOFT, NOW.later(1))
    contacts = registrar.contacts("1001")
    assert [c.uri for c in contacts] == ["sip:1001@10.0.0.6", "sip:1001@10.0.0.5"]
    assert contacts[1].address == ("192.0.2.1", 40000)
    assert contacts[1].expires_at == NOW.wall + 300
    assert sink.kinds() == ["registration.added"] * 2


def test_a_refresh_that_changes_nothing_is_not_told() -> None:
    registrar, sink = bench()
    registrar.apply(PHONE, NOW)
    registrar.apply(replace(PHONE, cseq=2), NOW.later(200))
    registrar.expire(NOW.later(499))
    assert sink.kinds() == ["registration.added"]
    registrar.expire(NOW.later(500))
    assert sink.kinds() == ["registration.added", "registration.removed"]
    assert registrar.contacts("1001") == []
    assert registrar.next_expiry() is None


def test_bounds_of_expiry() -> None:
    registrar, _ = bench()
    with pytest.raises(IntervalTooBriefError):
        registrar.apply(replace(PHONE, expires_s=5), NOW)
    assert (
        bound(registrar.apply(replace(PHONE, expires_s=10**9), NOW))[0].expires_at
        == NOW.wall + 3600
    )
    own = replace(SOFT, contacts=["<sip:1001@10.0.0.6>;expires=60"])
    assert bound(registrar.apply(own, NOW))[-1].expires_at == NOW.wall + 60
    none = replace(PHONE, contacts=["sip:1001@10.0.0.7"], expires_s=None)
    assert bound(registrar.apply(none, NOW))[-1].expires_at == NOW.wall + 600


def test_removal_of_one_and_of_all() -> None:
    registrar, sink = bench()
    registrar.apply(PHONE, NOW)
    registrar.apply(SOFT, NOW)
    registrar.apply(replace(PHONE, cseq=2, expires_s=0), NOW)
    assert [c.uri for c in registrar.contacts("1001")] == ["sip:1001@10.0.0.6"]
    assert registrar.apply(replace(PHONE, cseq=3, contacts=["*"], expires_s=0), NOW).after == {}
    assert sink.kinds()[2:] == ["registration.removed"] * 2
    assert registrar.count == 0


@pytest.mark.parametrize(
    ("contacts", "expires_s"), [(["*"], 60), (["*"], None), (["*", "<sip:a@b>"], 0)]
)
def test_a_star_stands_alone_and_with_zero(contacts: list[str], expires_s: int | None) -> None:
    registrar, _ = bench()
    with pytest.raises(MalformedError):
        registrar.apply(replace(PHONE, contacts=contacts, expires_s=expires_s), NOW)


def test_an_older_register_of_the_same_call_changes_nothing() -> None:
    registrar, _ = bench()
    registrar.apply(replace(PHONE, cseq=5), NOW)
    with pytest.raises(OutOfOrderError):
        registrar.apply(replace(PHONE, cseq=4, expires_s=0), NOW)
    with pytest.raises(OutOfOrderError):
        registrar.apply(replace(PHONE, cseq=4, contacts=["*"], expires_s=0), NOW)
    assert registrar.count == 1
    registrar.apply(replace(PHONE, call_id="after-reboot", cseq=1), NOW)


def test_an_account_has_a_bounded_number_of_contacts() -> None:
    registrar, _ = bench()
    for number in range(10):
        registrar.apply(replace(PHONE, contacts=[f"<sip:{number}@10.0.0.5>"]), NOW)
    with pytest.raises(TooManyContactsError):
        registrar.apply(SOFT, NOW)
    assert registrar.count == 10


def test_a_query_changes_nothing() -> None:
    registrar, sink = bench()
    registrar.apply(PHONE, NOW)
    assert len(registrar.apply(replace(PHONE, contacts=[]), NOW).after) == 1
    assert len(sink.events) == 1


def test_bindings_survive_a_restart() -> None:
    before, _ = bench()
    before.apply(PHONE, NOW)
    before.apply(replace(SOFT, expires_s=60), NOW)
    after, sink = bench()
    after.restore(before.export(), NOW.later(100))
    assert [c.uri for c in after.contacts("1001")] == ["sip:1001@10.0.0.5"]
    assert sink.events == []
    after.expire(NOW.later(301))
    assert after.count == 0


def test_coming_and_going_leaves_no_trace() -> None:
    registrar, _ = bench()
    for cseq in range(1, 201):
        registrar.apply(replace(PHONE, cseq=cseq, expires_s=300 * (cseq % 2)), NOW)
    assert registrar.count == 0
    assert len(registrar._expiries) <= 1
