"""Logins and keys are remembered for seconds, and never past their own end."""

from __future__ import annotations

from dataclasses import replace

from base.virtual import SeededIds, VirtualTime
from store.accounts import Accounts
from store.database import Database
from store.keys import ApiKeys
from store.recent import Recent
from store.sessions import LIFETIME_S, Sessions

TIME = VirtualTime()


async def test_a_logout_ends_a_session_that_was_just_used(database: Database) -> None:
    sessions = Sessions(database, SeededIds())
    for end in (sessions.end, lambda secret: sessions.end_all("li_na")):
        secret, session = await sessions.create("li_na", TIME.now())
        assert await sessions.find(secret, TIME.now()) == session
        assert await sessions.find(secret, TIME.now()) == session
        await end(secret)
        assert await sessions.find(secret, TIME.now()) is None


async def test_a_remembered_session_ends_at_its_time(database: Database) -> None:
    sessions = Sessions(database, SeededIds())
    now = TIME.now()
    secret, _ = await sessions.create("li_na", now)
    last = replace(now, wall=now.wall + LIFETIME_S - 0.001)
    assert await sessions.find(secret, last) is not None
    assert await sessions.find(secret, replace(last, wall=last.wall + 0.001)) is None


async def test_a_revoked_key_and_a_disabled_account_are_refused_at_once(
    database: Database,
) -> None:
    keys, accounts = ApiKeys(database, SeededIds(), TIME), Accounts(database, TIME)
    key, made = await keys.create("bank", "app")
    user = await accounts.create("li_na", "correct horse", role="agent", display_name="Li Na")
    assert (await keys.identify(key), await accounts.get("li_na")) == (made, user)
    assert await keys.identify(key[:-1] + ("0" if key[-1] != "0" else "1")) is None
    await keys.revoke(made.id)
    await accounts.update(replace(user, disabled=True))
    assert await keys.identify(key) is None
    changed = await accounts.get("li_na")
    assert changed is not None
    assert changed.disabled


def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    recent: Recent[str] = Recent(most=2, life_s=5.0)
    begun = recent.begun
    recent.forget()
    recent.keep("a", "old", 0.0, begun)
    assert recent.find("a", 0.0) is None
    for key in "abc":
        recent.keep(key, key, 1.0, recent.begun)
    assert [recent.find(key, 5.9) for key in "abc"] == [None, "b", "c"]
    assert recent.find("c", 6.0) is None
