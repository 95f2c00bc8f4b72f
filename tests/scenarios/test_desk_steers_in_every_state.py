"""Hold, resume and hang-up pressed at each moment of a call: done or nothing, never a defect."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.scenarios.call_centre import Centre, straight_to

MOMENTS = 8
PRESSES = (("hold",), ("resume",), ("hold", "resume"), ("hang_up", "hold"), ("hold", "hang_up"))


def moments(centre: Centre) -> Iterator[None]:
    """One call, as far as what was pressed lets it come; stops between any two things."""
    yield
    customer = centre.customer()
    yield
    centre.rendered()
    yield
    for step in ("ring", "answer"):
        for leg in centre.phones.invited[-1:]:
            getattr(leg, step)()
        yield
    centre.time.advance(1.0)
    yield
    customer.hang_up()
    yield
    centre.time.advance(0.0)
    yield


@pytest.mark.parametrize("presses", PRESSES, ids="-".join)
@pytest.mark.parametrize("pressed_at", range(MOMENTS))
def test_what_is_pressed_at_any_moment(pressed_at: int, presses: tuple[str, ...]) -> None:
    centre = Centre(straight_to())
    centre.log_in("li_na", "201")
    walk = moments(centre)
    for moment in count():
        if next(walk, False) is False:
            break
        if moment == pressed_at:
            for press in (*presses, *presses):
                getattr(centre.queues, press)("li_na")
    assert moment == MOMENTS
    centre.time.advance(0.0)
    centre.nothing_left()
