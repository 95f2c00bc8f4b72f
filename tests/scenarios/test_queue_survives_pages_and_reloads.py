"""Pages that come and go, two pages of one agent, and a site that changes under a queue."""

from __future__ import annotations

from dataclasses import replace

from switch.application import QueueLeft, QueueOutcome
from switch.offer import Presence
from switch.queue.contact import QueueState
from switch.site import QueueAgent
from tests.scenarios.call_centre import SITE, Centre, straight_to


def test_one_of_two_pages_closes_and_the_other_acknowledges() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    centre.queues.page_opened("li_na")
    customer = centre.customer()
    centre.queues.page_closed("li_na")
    centre.rendered()
    centre.rendered()
    assert len(centre.phones.invited) == 1
    assert centre.queues.ignored_acknowledgements["repeated"] == 1
    customer.hang_up()
    centre.nothing_left()


def test_the_last_page_closes_before_the_phone_rings() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    customer = centre.customer()
    centre.queues.page_closed("li_na")
    centre.time.advance(1.0)
    assert centre.phones.invited == []
    assert [reason for _, reason in centre.page.withdrawn] == ["withdrawn"]
    centre.queues.page_opened("li_na")
    assert [offer.epoch for offer in centre.page.shown] == [1, 2]
    centre.rendered(centre.page.shown[0])
    assert centre.phones.invited == []
    centre.rendered()
    assert len(centre.phones.invited) == 1
    customer.hang_up()
    centre.nothing_left()


def test_the_page_closes_while_talking_and_the_call_goes_on() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    customer = centre.customer()
    centre.rendered()
    centre.agent_leg.answer()
    centre.queues.page_closed("li_na")
    centre.queues.account_reachable("201", False)
    assert centre.hear_each_other(customer, centre.agent_leg)
    assert centre.queues.presence("li_na")[0] is Presence.TALKING
    assert centre.queues.offer_of("li_na") == centre.page.shown[0]
    customer.hang_up()
    centre.nothing_left()


def test_a_queue_that_is_gone_after_a_reload() -> None:
    centre = Centre(straight_to())
    centre.queues.set_presence("li_na", Presence.BREAK, "lunch")
    customer = centre.customer()
    site = replace(SITE, queues={"relaxed": SITE.queues["relaxed"]})
    centre.queues.reload(site)
    centre.calls.reload(site)
    assert centre.flows[0].heard_of(QueueLeft) == [QueueLeft(QueueOutcome.CLOSED)]
    assert centre.queues.queue_states() == [QueueState("relaxed", 0, 0.0)]
    customer.hang_up()
    centre.nothing_left()


def test_an_agent_who_joins_a_queue_by_reload_gets_its_callers() -> None:
    centre = Centre(straight_to("relaxed"))
    centre.log_in("wang_wei", "202")
    centre.queues.set_presence("li_na", Presence.BREAK, "lunch")
    customer = centre.customer()
    centre.time.advance(7.0)
    assert centre.queues.queue_states()[1] == QueueState("relaxed", 1, 7.0)
    relaxed = replace(SITE.queues["relaxed"], agents=(QueueAgent("wang_wei"),))
    centre.queues.reload(replace(SITE, queues={**SITE.queues, "relaxed": relaxed}))
    (offer,) = centre.page.shown
    assert (offer.agent, offer.waited_s) == ("wang_wei", 7.0)
    customer.hang_up()
    centre.nothing_left()


def test_a_call_goes_on_when_its_queue_is_gone() -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    customer = centre.customer()
    centre.rendered()
    centre.agent_leg.answer()
    centre.queues.reload(replace(SITE, queues={}))
    assert centre.hear_each_other(customer, centre.agent_leg)
    centre.agent_leg.hang_up()
    assert centre.queues.presence("li_na")[0] is Presence.AVAILABLE
    customer.hang_up()
    centre.nothing_left()
