"""Users, SIP accounts, keys and logins: nothing is kept that opens a door by itself."""

import hashlib
from dataclasses import replace

import pytest
import sqlalchemy as sa

from base.errors import UsageError
from base.virtual import SeededIds, VirtualTime
from store import tables
from store.accounts import Accounts, NameRefusedError, NameTakenError
from store.credentials import SipAccounts
from store.keys import ApiKeys
from store.sessions import Sessions
from switch.signalling import CredentialSource

TIME = VirtualTime()


async def test_a_user_comes_in_by_the_right_password_only(database):
    accounts = Accounts(database, TIME)
    made = await accounts.create("li_na", "correct horse", display_name="Li Na", language="zh")
    assert await accounts.verify_password("li_na", "correct horse") == made
    assert await accounts.verify_password("li_na", "wrong") is None
    assert await accounts.verify_password("nobody", "correct horse") is None
    assert await accounts.verify_password("li_na\ud800\0", "\ud800\0") is None
    assert await accounts.set_password("li_na", "another")
    assert await accounts.verify_password("li_na", "correct horse") is None
    assert await accounts.set_language("li_na", "en")
    assert (await accounts.get("li_na")).language == "en"
    assert not await accounts.set_language("nobody", "en")
    assert await accounts.update(replace(made, disabled=True))
    assert await accounts.verify_password("li_na", "another") is None
    assert [user.name for user in await accounts.users()] == ["li_na"]


async def test_names_are_unique_and_roles_known(database):
    accounts = Accounts(database, TIME)
    await accounts.create("li_na", "x", role="admin")
    with pytest.raises(NameTakenError):
        await accounts.create("li_na", "y")
    with pytest.raises(UsageError):
        await accounts.create("wang", "y", role="root")
    for name in ("", "li na", "li\0na", "\ud800", "x" * 65):
        with pytest.raises(NameRefusedError):
            await accounts.create(name, "y")


async def test_sip_credentials_are_ha1_and_survive_a_restart(database):
    first = SipAccounts(database, "segue", TIME)
    await first.set("201", "old")
    await first.set("201", "secret")
    source: CredentialSource = SipAccounts(database, "segue", TIME)
    assert source.ha1("201", "MD5") is None
    await source.load()
    assert source.ha1("201", "MD5") == hashlib.md5(b"201:segue:secret").hexdigest()
    assert source.ha1("201", "SHA-256") == hashlib.sha256(b"201:segue:secret").hexdigest()
    assert source.ha1("201", "SHA-1") is None
    assert source.ha1("202", "MD5") is None
    assert await source.remove("201")
    assert source.ha1("201", "MD5") is None
    assert not await source.remove("201")


async def test_credentials_of_another_realm_open_nothing(database):
    await SipAccounts(database, "old.example", TIME).set("201", "secret")
    moved = SipAccounts(database, "new.example", TIME)
    await moved.load()
    assert moved.ha1("201", "MD5") is None


async def test_a_key_proves_its_role_until_it_is_revoked(database):
    keys = ApiKeys(database, SeededIds(), TIME)
    key, made = await keys.create("bank app", "app")
    observer, _ = await keys.create("probe", "observer")
    assert await keys.verify(key) == "app"
    assert await keys.verify(observer) == "observer"
    for wrong in (key[:-1] + "x", key + "0", key.upper(), made.id, "", "segue__", "segue_é_x"):
        assert await keys.verify(wrong) is None
    assert await keys.revoke(made.id)
    assert await keys.verify(key) is None
    assert {known.name: known.revoked for known in await keys.keys()} == {
        "bank app": True,
        "probe": False,
    }


async def test_a_login_lasts_until_it_ends_or_is_over(database):
    sessions = Sessions(database, SeededIds(), lifetime_s=60.0)
    now = TIME.now()
    token, session = await sessions.create("li_na", now)
    assert await Sessions(database, SeededIds()).find(token, now.later(59.9)) == session
    assert session.csrf not in token
    assert await sessions.find(token, now.later(60.0)) is None
    assert await sessions.find("", now) is None
    assert await sessions.find("\ud800", now) is None
    other, _ = await sessions.create("li_na", now)
    await sessions.end(token)
    assert await sessions.find(token, now) is None
    await sessions.end_all("li_na")
    assert await sessions.find(other, now) is None


async def test_logins_that_are_over_do_not_pile_up(database):
    sessions = Sessions(database, SeededIds(), lifetime_s=60.0)
    for minute in range(5):
        await sessions.create("li_na", TIME.now().later(minute * 60.0))
    async with database.read() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(tables.sessions)) == 1


async def test_no_secret_stands_in_the_database(database, tmp_path):
    accounts, keys = Accounts(database, TIME), ApiKeys(database, SeededIds(), TIME)
    sip, sessions = SipAccounts(database, "segue", TIME), Sessions(database, SeededIds())
    await accounts.create("li_na", "hunter2-desk")
    await sip.set("201", "hunter2-sip")
    key, _ = await keys.create("bank", "app")
    token, session = await sessions.create("li_na", TIME.now())
    await database.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("segue.db*"))
    assert b"li_na" in stored
    for secret in ("hunter2", key.rpartition("_")[2], token, session.csrf):
        assert secret.encode() not in stored
