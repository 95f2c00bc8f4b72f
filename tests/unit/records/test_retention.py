"""A recording is kept for twelve calendar months at least, whatever is configured."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.contract import RecordingEntry, RecordingState
from records.retention import (
    Permission,
    Reason,
    Refusal,
    RetentionPolicy,
    keep_until,
    may_delete,
)

ZONES = st.sampled_from(
    [UTC, *map(ZoneInfo, ["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"])]
)
MOMENTS = st.datetimes(datetime(1975, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


def entry(started, until=None, **fields):
    fields.setdefault("state", RecordingState.SEALED)
    until = until or keep_until(started, 12)
    return RecordingEntry("r1", "c1", "default", started, until, **fields)


@given(MOMENTS, st.integers(-5, 120), ZONES)
def test_never_less_than_twelve_calendar_months(started, months, zone):
    until = keep_until(started, months, zone)
    for calendar in (UTC, zone):
        then, kept = started.astimezone(calendar), until.astimezone(calendar)
        # As calendars count: the same month a year later, the same day, the same time of day.
        assert (kept.year, kept.month, kept.day) >= (then.year + 1, then.month, then.day)
    assert until - started >= timedelta(days=365)
    assert until.tzinfo is UTC


@given(MOMENTS, st.integers(12, 60), ZONES)
def test_more_months_are_never_shorter(started, months, zone):
    assert keep_until(started, months, zone) < keep_until(started, months + 1, zone) + timedelta(
        days=3
    )
    assert keep_until(started, months, zone) >= keep_until(started, 12, zone)


@pytest.mark.parametrize(
    ("started", "months", "until"),
    [
        ("2026-11-22T02:00:00", 12, "2027-11-22T02:00:00"),
        ("2026-01-31T23:59:59", 12, "2027-01-31T23:59:59"),
        ("2028-02-29T12:00:00", 12, "2029-03-01T12:00:00"),
        ("2027-02-28T12:00:00", 12, "2028-02-28T12:00:00"),
        ("2026-08-31T12:00:00", 18, "2028-03-01T12:00:00"),
        ("2026-12-31T12:00:00", 14, "2028-03-01T12:00:00"),
    ],
)
def test_days_that_a_month_does_not_have(started, months, until):
    moment = datetime.fromisoformat(started).replace(tzinfo=UTC)
    assert keep_until(moment, months).isoformat() == f"{until}+00:00"


@given(MOMENTS)
def test_one_second_before_is_refused_and_at_the_moment_is_allowed(started):
    recording = entry(started)
    until = recording.keep_until
    assert may_delete(recording, until - timedelta(seconds=1)) == Refusal(Reason.RETENTION, until)
    assert may_delete(recording, until) == Permission()


def test_a_day_that_was_stored_too_early_does_not_count():
    started = datetime(2026, 11, 22, tzinfo=UTC)
    tampered = entry(started, until=started)
    late = datetime(2027, 11, 21, 23, 59, 59, tzinfo=UTC)
    assert may_delete(tampered, late) == Refusal(
        Reason.RETENTION, datetime(2027, 11, 22, tzinfo=UTC)
    )


def test_holds_and_states_refuse_after_the_day_too():
    started = datetime(2020, 1, 1, tzinfo=UTC)
    now = datetime(2026, 1, 1, tzinfo=UTC)

    def reason(holds=(), **fields):
        return may_delete(entry(started, **fields), now, holds).reason

    assert reason(legal_hold=True) is Reason.LEGAL_HOLD
    assert reason(holds={"case:K1"}, case="K1") is Reason.LEGAL_HOLD
    assert reason(holds={"call:c1"}) is Reason.LEGAL_HOLD
    assert reason(state=RecordingState.SPOOLED) is Reason.NOT_SEALED
    assert reason(state=RecordingState.DELETED) is Reason.ALREADY_DELETED
    assert may_delete(entry(started), now, {"case:K1"}) == Permission()


def test_a_policy_is_read_and_chosen_by_tenant():
    policy, problems = RetentionPolicy.parse(
        {
            "default": {"keep": "12 months", "holds": []},
            "bank": {"keep": "5 years", "holds": ["case:K1"], "zone": "Asia/Shanghai"},
        }
    )
    assert problems == []
    assert policy.rule("bank").months == 60
    assert policy.rule("bank").holds == {"case:K1"}
    assert policy.rule("nobody").months == 12


@pytest.mark.parametrize(
    ("plain", "code", "path"),
    [
        ({"default": {"keep": "11 months"}}, "retention_too_short", "default.keep"),
        ({"default": {"keep": "0 years"}}, "retention_too_short", "default.keep"),
        ({"default": {"keep": "365 days"}}, "retention_keep", "default.keep"),
        ({"default": {"keep": "-12 months"}}, "retention_keep", "default.keep"),
        ({"default": {"keep": None}}, "retention_keep", "default.keep"),
        ({"default": {"kep": "12 months"}}, "retention_unknown_key", "default"),
        ({"default": "12 months"}, "retention_not_mapping", "default"),
        (["12 months"], "retention_not_mapping", ""),
        ({"default": {"holds": ["K1"]}}, "retention_hold", "default.holds.0"),
        ({"default": {"zone": "Mars/Phobos"}}, "retention_zone", "default.zone"),
    ],
)
def test_a_mistake_is_a_problem_and_never_shortens(plain, code, path):
    policy, problems = RetentionPolicy.parse(plain)
    assert [(problem.code, problem.path) for problem in problems] == [(code, path)]
    assert problems[0].text("en") != problems[0].text("zh")
    assert policy.rule("default").months >= 12
