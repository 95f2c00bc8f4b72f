"""A wrap-up is extended with a reason, a bounded number of times; the next offer waits for it."""

from __future__ import annotations

import pytest

from switch import events as e
from switch.offer import Presence
from tests.scenarios.call_centre import Centre, straight_to


def written_up() -> tuple[Centre, str]:
    """An agent whose call has just ended, with another caller waiting."""
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    customer = centre.customer()
    centre.rendered()
    centre.agent_leg.answer()
    call = centre.queues.call_of("li_na").call
    centre.time.advance(5.0)
    customer.hang_up()
    centre.time.advance(0.0)
    return centre, call


def test_the_next_offer_comes_only_after_the_time_that_was_added() -> None:
    centre, call = written_up()
    waiting = centre.customer()
    centre.time.advance(29.0)
    until = centre.queues.wrap_up_of("li_na").until
    extended = centre.queues.extend_wrap_up("li_na", call, "looking up the tariff")
    assert (extended.until, extended.extensions) == (pytest.approx(until + 60.0), 2)
    centre.time.advance(60.0)
    assert centre.queues.presence("li_na")[0] is Presence.WRAP_UP
    assert len(centre.page.shown) == 1
    centre.time.advance(1.5)
    assert len(centre.page.shown) == 2
    (event,) = centre.events(e.WrapUpWasExtended)
    assert (event.call, event.agent, event.reason) == (call, "li_na", "looking up the tariff")
    waiting.hang_up()
    centre.nothing_left()


def test_it_is_extended_three_times_and_only_for_the_call_that_is_written_up() -> None:
    centre, call = written_up()
    assert centre.queues.extend_wrap_up("li_na", "another", "no") is None
    assert centre.queues.extend_wrap_up("wang_wei", call, "no") is None
    left = [centre.queues.extend_wrap_up("li_na", call, "slow").extensions for _ in range(3)]
    assert left == [2, 1, 0]
    assert centre.queues.extend_wrap_up("li_na", call, "still slow") is None
    centre.time.advance(30.0 + 3 * 60.0 - 0.1)
    assert centre.queues.wrap_up_of("li_na") is not None
    centre.time.advance(0.2)
    assert centre.queues.wrap_up_of("li_na") is None
    assert centre.queues.extend_wrap_up("li_na", call, "too late") is None
    centre.nothing_left()


def test_time_that_was_added_ends_with_the_wrap_up() -> None:
    centre, call = written_up()
    centre.queues.extend_wrap_up("li_na", call, "slow")
    centre.queues.finish_wrap_up("li_na")
    assert centre.queues.presence("li_na")[0] is Presence.AVAILABLE
    centre.nothing_left()
