"""Each way of being refused has words in both languages."""

from datetime import UTC, datetime

import pytest

from records.retention import Reason, Refusal


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words(reason: Reason) -> None:
    told = Refusal(reason, datetime(2027, 11, 22, 15, 46, tzinfo=UTC)).told()
    assert told.text("en") != told.text("zh")
    assert ("2027-11-22T15:46:00+00:00" in told.text("en")) == (reason is Reason.RETENTION)
